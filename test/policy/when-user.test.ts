import fc from 'fast-check';
import {
  deny,
  except,
  grant,
  whenDevice,
  whenUser,
  type Dialog,
  type NamePredicate,
  type Names,
} from 'rasshost';
import { dial } from 'rasshost/testing';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };
const NO_DIALOG = undefined as unknown as Dialog;

/** Tells whether a user is one of those that are meant. */
function meaning(who: Names): (userName: string) => Promise<boolean> {
  const run = whenUser(
    who,
    () => true,
    () => false,
  );
  return async (userName) => run(NO_DIALOG, { userName });
}

describe('whenUser', () => {
  test.each<[string, Names]>([
    ['a list', ['alice', 'bob']],
    ['a list in capitals', ['ALICE', 'BOB']],
    ['a regular expression', /^(alice|bob)$/],
    ['a regular expression that keeps its place', /^(alice|bob)$/g],
    ['a regular expression without ends', /alice|bob/],
    ['a regular expression that begins at its place', /alice|bob/y],
    ['a regular expression for lines', /^alice$|^bob$/m],
    ['a regular expression with groups', /(?<first>a|b)(lice|ob)/u],
    ['a predicate', (name) => ['alice', 'bob'].includes(name.toLowerCase())],
    ['a predicate that asks somebody', async (name) => /^(alice|bob)$/i.test(name)],
  ])('knows those that %s means, however they are spelled', async (_, who) => {
    const isMeant = meaning(who);
    const isOther = meaning(except(who));
    for (const userName of ['alice', 'Alice', 'BOB', 'bob']) {
      expect(await isMeant(userName)).toBe(true);
      expect(await isOther(userName)).toBe(false);
    }
    for (const userName of ['mallory', 'alice2', 'malice', 'bob\nalice', 'ali', '', 'al\u0131ce']) {
      expect(await isMeant(userName)).toBe(false);
      expect(await isOther(userName)).toBe(true);
    }
  });

  test('takes upper and lower case for the same in ASCII only', async () => {
    const kelvin = '\u212Aate';
    expect(kelvin.toLowerCase()).toBe('kate');
    expect(await meaning(['kate'])(kelvin)).toBe(false);
    expect(await meaning([kelvin])('kate')).toBe(false);
  });

  test('means with except exactly those that it does not mean', async () => {
    const name = fc.stringMatching(/^[abAB]{1,3}$/);
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1 }), name, async (list, userName) => {
        const expected = list.some((one) => one.toLowerCase() === userName.toLowerCase());
        expect(await meaning(list)(userName)).toBe(expected);
        expect(await meaning(except(list))(userName)).toBe(!expected);
        expect(await meaning(except(except(list)))(userName)).toBe(expected);
      }),
    );
  });

  test.each<[string, (who: NamePredicate) => Names]>([
    ['whenUser', (who) => who],
    ['except', except],
  ])(
    'ends with the error of a directory that fails: never as "no" (SD-11), %s',
    async (_, made) => {
      const directory = async () => {
        throw Object.assign(new Error('directory'), { code: 'ECONNREFUSED' });
      };
      const caller = dial((dialog) =>
        whenUser(
          made(directory),
          () => grant(ALICE),
          () => grant(ALICE),
        )(dialog, ALICE),
      );
      expect(await caller.outcome()).toMatchObject({ outcome: 'error', dwError: 1311 });
    },
  );

  test.each<[string, (who: NamePredicate) => Names]>([
    ['whenUser', (who) => who],
    ['except', except],
  ])('takes no answer at all for an error, not for "no" (SD-11), %s', async (_, made) => {
    const unsure = (() => undefined) as unknown as NamePredicate;
    await expect(meaning(made(unsure))('alice')).rejects.toMatchObject({
      code: 'RASSHOST_E_OPTION',
      message: expect.stringContaining('gave undefined, not true or false'),
    });
  });

  test.each([[[]], [['']], ['alice'], [undefined], [[/alice/]]])(
    'refuses %j for names when it is made',
    (who) => {
      const refused = expect.objectContaining({ code: 'RASSHOST_E_OPTION' });
      const branches = [() => deny(ALICE), () => deny(ALICE)] as const;
      expect(() => whenUser(who as Names, ...branches)).toThrow(refused);
      expect(() => whenDevice(who as Names, ...branches)).toThrow(refused);
      expect(() => except(who as Names)).toThrow(refused);
    },
  );
});

describe('whenDevice', () => {
  const policy = whenDevice(
    ['Courier V.Everything'],
    () => grant(ALICE),
    () => deny(ALICE),
  );

  test.each([
    ['COURIER V.EVERYTHING', 'success'],
    ['Courier V.Everything #2', 'failure'],
  ])('goes by the name of the modem: %s', async (deviceName, outcome) => {
    expect(await dial(policy, { deviceName }).outcome()).toMatchObject({ outcome });
  });
});
