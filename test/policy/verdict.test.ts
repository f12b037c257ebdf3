import { deny, fail, grant } from 'rasshost';
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

  test.each([grant, deny])('by %p with a name that does not fit is refused (SD-12)', (decide) => {
    const refused = expect.objectContaining({ code: 'RASSHOST_E_NAME' });
    expect(() => decide({ ...ALICE, userName: 'u'.repeat(257) })).toThrow(refused);
    expect(() => decide({ ...ALICE, domain: 'd'.repeat(16) })).toThrow(refused);
    expect(() => decide({ ...ALICE, userName: '' })).toThrow(refused);
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
    expect(verdictMessage(deny({ ...ALICE, userName }))).toMatchObject({ userName });
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
