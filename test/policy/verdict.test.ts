import fc from 'fast-check';
import { deny, fail, grant } from 'rasshost';
import { type RasErrorName } from 'rasshost/rasman';
import { checkSecurityMessage } from '../../lib/rasman/security-message';
import { verdictMessage } from '../../lib/policy/verdict';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

describe('a verdict', () => {
  test('by grant is SUCCESS with the names and dwError 0 (SD-09)', () => {
    expect(verdictMessage(grant(ALICE))).toEqual({ msgId: 1, error: 0, ...ALICE });
  });

  test('by deny is FAILURE with the names and dwError 0 (SD-09, SD-11)', () => {
    expect(verdictMessage(deny(ALICE))).toEqual({ msgId: 2, error: 0, ...ALICE });
  });

  test('by fail is ERROR with the code (SD-10)', () => {
    expect(verdictMessage(fail(1311))).toEqual({ msgId: 3, error: 1311, userName: '', domain: '' });
  });

  test.each([0, 600, -1, 0.5])('by fail(%p) is refused (SD-10)', (code) => {
    expect(() => fail(code)).toThrow(expect.objectContaining({ code: 'RASSHOST_E_VERDICT' }));
  });

  test('by fail may name its code as raserror.h and winerror.h do (SD-10)', () => {
    expect(verdictMessage(fail('ERROR_REQUEST_TIMEOUT'))).toMatchObject({ msgId: 3, error: 638 });
    expect(verdictMessage(fail('ERROR_NO_LOGON_SERVERS'))).toMatchObject({ error: 1311 });
  });

  test.each([
    ['ERROR_REQUEST_TIME_OUT', 'fail was given ERROR_REQUEST_TIME_OUT, which is no error of'],
    ['PENDING', 'dwError is 600'],
    ['SUCCESS', 'dwError is 0'],
  ])('by fail with the name %s is refused (SD-10)', (name, message) => {
    expect(() => fail(name as RasErrorName)).toThrow(
      expect.objectContaining({
        code: 'RASSHOST_E_VERDICT',
        message: expect.stringContaining(message),
      }),
    );
  });

  test('by deny without anybody has both names filled all the same (SD-09)', () => {
    const nobody = { userName: '<no answer>', domain: '<none>' };
    expect(verdictMessage(deny())).toEqual({ msgId: 2, error: 0, ...nobody });
    expect(verdictMessage(deny({ userName: '', domain: '' }))).toMatchObject(nobody);
    expect(verdictMessage(deny({ ...ALICE, userName: '' }))).toMatchObject({
      userName: '<no answer>',
      domain: 'CONTOSO',
    });
  });

  test.each([
    ['M\u00fcller', 'M?ller'],
    ['\u{1F600}', '?'],
    ['ali\0ce\x7f', 'ali?ce?'],
    ['u'.repeat(256), 'u'.repeat(256)],
    ['u'.repeat(257), `${'u'.repeat(255)}*`],
    ['CONTOSO\\alice', 'CONTOSO\\alice'],
  ])('by deny for %j is for a name that fits and that no account has (SD-12)', (userName, told) => {
    expect(verdictMessage(deny({ ...ALICE, userName }))).toMatchObject({ userName: told });
    const domain = userName.slice(0, 200);
    expect(verdictMessage(deny({ ...ALICE, domain })).domain.length).toBeLessThan(16);
  });

  test.each([undefined, null, 0, false])(
    'by deny with %p in the place of a name is a mistake in the policy, which is shown',
    (missing) => {
      for (const field of ['userName', 'domain']) {
        expect(() => deny({ ...ALICE, [field]: missing })).toThrow(
          expect.objectContaining({ code: 'RASSHOST_E_NAME' }),
        );
      }
    },
  );

  test('by deny fits whatever was typed, and never becomes the name of another account (SD-09, SD-12)', () => {
    const long = { minLength: 10, maxLength: 300, size: 'max' } as const;
    const typed = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', '.'), ...long }),
      fc.string({ unit: 'binary', ...long }),
      fc.string(),
    );
    fc.assert(
      fc.property(typed, typed, (userName, domain) => {
        const message = verdictMessage(deny({ userName, domain }));
        checkSecurityMessage(message);
        for (const [told, from] of [
          [message.userName, userName],
          [message.domain, domain],
        ] as const) {
          if (told !== from) expect(() => grant({ ...ALICE, userName: told })).toThrow();
        }
      }),
    );
  });

  test('by grant with a name that does not fit is refused (SD-12)', () => {
    const refused = expect.objectContaining({ code: 'RASSHOST_E_NAME' });
    expect(() => grant({ ...ALICE, userName: 'u'.repeat(257) })).toThrow(refused);
    expect(() => grant({ ...ALICE, domain: 'd'.repeat(16) })).toThrow(refused);
    expect(() => grant({ ...ALICE, userName: '' })).toThrow(refused);
  });

  test.each([grant, deny])(
    'by %p with a promise for a name says that an await is missing',
    (by) => {
      const userName = Promise.resolve('alice') as unknown as string;
      expect(() => by({ ...ALICE, userName })).toThrow(/RASSHOST_E_NAME: userName is a promise/);
    },
  );

  test('by grant for a name with a domain in it says what grant takes (SD-13)', () => {
    expect(() => grant({ ...ALICE, userName: 'alice@contoso.com' })).toThrow(
      'RASSHOST_E_NAME: userName has "@" where no account name can have it: ' +
        'grant takes the bare name of the account, and the name of its domain',
    );
  });

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'a value of type boolean'],
    [{ ...ALICE }, 'a value of type object'],
  ])('for %j says what the policy returned, and what it has to return', (value, what) => {
    expect(() => verdictMessage(value)).toThrow(
      `the policy returned ${what}, not what grant(…), deny(…) or fail(…) made`,
    );
  });

  test.each([
    'CONTOSO\\administrator',
    'administrator@contoso.com',
    ' administrator',
    'administrator ',
    'administrator.',
    'admin*',
    'admin\tistrator',
  ])('by grant for %p is refused: no account has that name (SD-12, SD-13)', (userName) => {
    expect(() => grant({ ...ALICE, userName })).toThrow(
      expect.objectContaining({ code: 'RASSHOST_E_NAME' }),
    );
  });

  test.each([
    [undefined],
    [null],
    [true],
    ['grant'],
    [{ ...ALICE }],
    [{ outcome: 'success', ...ALICE }],
    [JSON.parse(JSON.stringify(grant(ALICE)))],
    [grant],
  ])('is not made of %p: only grant, deny and fail make one', (value) => {
    expect(() => verdictMessage(value)).toThrow(
      expect.objectContaining({ code: 'RASSHOST_E_VERDICT' }),
    );
  });

  test('cannot be changed afterwards', () => {
    const verdict = deny(ALICE);
    expect(Object.isFrozen(verdict)).toBe(true);
    expect(Object.isFrozen(verdictMessage(verdict))).toBe(true);
  });

  test('of another copy of rasshost is one, too', () => {
    jest.isolateModules(() => {
      const copy = jest.requireActual<typeof import('rasshost')>('rasshost');
      expect(copy.grant).not.toBe(grant);
      expect(verdictMessage(copy.grant(ALICE)).msgId).toBe(1);
    });
  });
});
