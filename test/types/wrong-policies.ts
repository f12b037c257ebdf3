// What must not compile: each marked line has an error, or the compiler complains about the mark.
import {
  attempts,
  chain,
  definePolicy,
  deny,
  fail,
  firstOf,
  grant,
  whenHours,
  whenUser,
  withDeadline,
  type Dialog,
  type Identity,
  type Policy,
  type Secret,
} from 'rasshost';

const ALICE: Identity = { userName: 'alice', domain: 'CONTOSO' };
const refuse = () => deny(ALICE);
const OFFICE = { days: ['Mon'] as const, from: '08:00', to: '18:00' };
const undecided = () => undefined;
const askName = (dialog: Dialog): Promise<string> => dialog.ask('User name: ');

export const verdicts = [
  // @ts-expect-error no verdict
  definePolicy(() => undefined),
  // @ts-expect-error no verdict on one path
  definePolicy(async (dialog) => {
    if ((await dialog.ask('User name: ')) === 'alice') return deny(ALICE);
  }),
  // @ts-expect-error a truth is no verdict
  definePolicy(() => true),
  // @ts-expect-error nor is a look-alike
  definePolicy(() => ({ msgId: 1, error: 0, ...ALICE })),
  // @ts-expect-error a verdict has to be made, not named
  definePolicy(() => grant),
  // @ts-expect-error the domain is missing
  grant({ userName: 'alice' }),
  // @ts-expect-error a user is a name and a domain
  deny('CONTOSO\\alice'),
  // @ts-expect-error an error has a number, or a name of raserror.h
  fail('AUTH_INTERNAL'),
  // @ts-expect-error PENDING is no error
  fail('PENDING'),
  // @ts-expect-error a secret is not a name
  grant({ userName: undefined as unknown as Secret, domain: 'CONTOSO' }),
];

// @ts-expect-error only definePolicy makes a policy
export const forged: Policy = { decide: refuse };

export const chains = [
  // @ts-expect-error the last step gives no verdict
  definePolicy(chain(askName, (_, userName) => userName)),
  // @ts-expect-error the last step gives none on one path
  definePolicy(chain(askName, (_, name) => (name === 'alice' ? grant(ALICE) : undefined))),
  // @ts-expect-error the steps don't fit
  chain(askName, (_, port: number) => (port > 1 ? refuse() : undefined)),
  // @ts-expect-error the first step needs what a policy doesn't get
  definePolicy(chain((_, userName: string) => userName, refuse)),
  // @ts-expect-error one step is no chain
  chain(askName),
];

export const choices = [
  // @ts-expect-error the last step may leave it undecided
  firstOf(undecided, undecided),
  // @ts-expect-error no step decides by a verdict
  definePolicy(firstOf(undecided, askName)),
  // @ts-expect-error nobody decides when all attempts are used up
  attempts(3, undecided),
  // @ts-expect-error here neither, as it seems
  attempts(3, undecided, undecided),
  // @ts-expect-error how often is a number
  attempts({ count: 3 }, undecided, refuse),
  // @ts-expect-error a verdict is no step
  attempts(3, undecided, deny(ALICE)),
  // @ts-expect-error the step before yields no user
  chain(askName, whenUser(['alice'], refuse, refuse)),
  // @ts-expect-error one branch gives no verdict
  definePolicy(whenHours({ ...OFFICE, timeZone: 'UTC' }, refuse, undecided)),
  // @ts-expect-error both branches are needed
  whenUser(['alice'], refuse),
  // @ts-expect-error a name by itself is no list
  whenUser('alice', refuse, refuse),
  // @ts-expect-error a predicate answers yes or no
  whenUser((name) => name, refuse, refuse),
];

export const times = [
  // @ts-expect-error the unit is part of the name
  withDeadline({ timeoutMs: 5000 }, refuse),
  // @ts-expect-error a number has no unit
  withDeadline(5, refuse),
  // @ts-expect-error days have short names
  whenHours({ ...OFFICE, timeZone: 'UTC', days: ['Monday'] }, refuse, refuse),
  // @ts-expect-error eight o'clock is not everywhere at once
  whenHours(OFFICE, refuse, refuse),
];

export async function talk(dialog: Dialog): Promise<unknown> {
  const secret = await dialog.askSecret('Passcode: ');
  return [
    // @ts-expect-error this step needs a user
    whenUser(['alice'], refuse, refuse)(dialog),
    // @ts-expect-error seconds, and they say so
    dialog.ask('User name: ', { timeoutMs: 5000 }),
    // @ts-expect-error here as well they do
    dialog.receive({ length: 1, timeoutMs: 5000 }),
    // @ts-expect-error and here, too
    dialog.pause(5),
    // @ts-expect-error a secret is no text
    dialog.ask(secret),
    // @ts-expect-error nor equal to any
    secret === '123456',
    // @ts-expect-error the mask belongs to secrets
    dialog.ask('User name: ', { mask: '*' }),
    // @ts-expect-error a menu's value is one of its own
    (await dialog.choose('?', [{ text: 'one', value: 1 }])) === 'one',
  ];
}
