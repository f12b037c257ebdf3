// What has to compile. Nothing runs this file: the compiler is the test.
import {
  attempts,
  chain,
  definePolicy,
  deny,
  except,
  fail,
  firstOf,
  grant,
  whenDevice,
  whenHours,
  whenUser,
  withDeadline,
  type Dialog,
  type Identity,
  type Step,
  type Verdict,
} from 'rasshost';

const ALICE: Identity = { userName: 'alice', domain: 'CONTOSO' };

const askName = async (dialog: Dialog): Promise<Identity> => ({
  userName: await dialog.ask('User name: '),
  domain: 'CONTOSO',
});

export const policies = [
  definePolicy(() => deny(ALICE)),
  definePolicy(() => deny()),
  definePolicy(async () => fail(1311)),
  definePolicy(async () => fail('ERROR_NO_LOGON_SERVERS')),

  // Steps know what the one before has found out, without saying so.
  definePolicy(
    chain(
      (dialog) => dialog.ask('User name: '),
      (_, userName) => (userName === 'root' ? deny(ALICE) : { userName, domain: 'CONTOSO' }),
      (_, user) => grant(user),
    ),
  ),
  definePolicy(
    chain(
      askName,
      whenUser(
        except(['backup']),
        attempts(
          3,
          async (dialog, user) => {
            const passcode = await dialog.askSecret('Passcode: ');
            return passcode.equals(user.userName) ? grant(user) : undefined;
          },
          (_, user) => deny(user),
        ),
        (_, user) => grant(user),
      ),
    ),
  ),
  definePolicy(
    chain(
      askName,
      chain(
        (_, user) => ({ ...user, isGuest: user.userName === 'guest' }),
        (_, { isGuest, ...user }) => (isGuest ? deny(user) : user),
      ),
      firstOf(
        (_, user) => (user.userName === 'alice' ? grant(user) : undefined),
        (_, user) => deny(user),
      ),
    ),
  ),

  // A step that needs nothing fits everywhere.
  definePolicy(
    chain(
      askName,
      withDeadline(
        { seconds: 0.5 },
        attempts(
          1,
          () => undefined,
          () => deny(ALICE),
        ),
      ),
    ),
  ),
  definePolicy(
    whenDevice(
      /courier.+/,
      whenHours(
        { days: ['Mon', 'Fri'], from: '08:00', to: '18:00', timeZone: 'Europe/Zurich' },
        () => grant(ALICE),
        () => deny(ALICE),
      ),
      () => fail(651),
    ),
  ),
];

/** A step that needs no input is called without one, in other steps as in a test. */
export const callsSteps = (dialog: Dialog): Promise<Verdict>[] => {
  const login = attempts(
    3,
    async (own) => ((await own.ask('Code: ')) === '1' ? grant(ALICE) : undefined),
    () => deny(ALICE),
  );
  return [
    login(dialog),
    withDeadline({ seconds: 30 }, login, () => deny(ALICE))(dialog),
    chain(askName, (_, user) => deny(user))(dialog),
    firstOf(
      () => undefined,
      () => deny(ALICE),
    )(dialog),
    whenDevice(/courier.+/, login, login)(dialog),
    whenUser(['alice'], login, login)(dialog, ALICE),
  ];
};

/** What the combinators make of their steps: no more than this. */
export const results: [
  Step<unknown, 'a' | 'b'>,
  Step<unknown, 1 | 2>,
  Step<'in', Verdict | 'out'>,
  Step<unknown, 1 | 2>,
] = [
  attempts(
    3,
    (): 'a' | undefined => 'a',
    (): 'b' => 'b',
  ),
  firstOf(
    (): 1 | undefined => 1,
    (): void => undefined,
    (): 2 => 2,
  ),
  chain(
    (_: Dialog, input: 'in'): Verdict | 'x' => (input.length > 2 ? 'x' : deny(ALICE)),
    (): 'out' => 'out',
  ),
  withDeadline(
    { seconds: 1 },
    (): 1 => 1,
    (): 2 => 2,
  ),
];

/** What a race yields: `undefined` only where every contender may drop out. */
export const races = (
  dialog: Dialog,
): [Promise<string | boolean>, Promise<string>, Promise<1 | 2 | undefined>] => [
  dialog.race(
    (own) => own.ask('Code: '),
    async (): Promise<boolean | undefined> => true,
  ),
  dialog.race(
    (own) => own.ask('Code: '),
    () => undefined,
  ),
  dialog.race(
    (): 1 | undefined => 1,
    async (): Promise<2 | undefined> => 2,
  ),
];

/** For a test of a part of a policy: a dialog that does one thing otherwise. */
export const madeUp = (dialog: Dialog): Dialog => ({ ...dialog, ask: async () => 'alice' });
