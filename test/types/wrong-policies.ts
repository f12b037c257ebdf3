// What must not compile: each marked line has an error, or the compiler complains about the mark. The
// line below a mark is the last of the message, which wrong-policies.test.ts compares.
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
  // -> Type 'undefined' is not assignable to type 'Verdict | Promise<Verdict>'.
  definePolicy(() => undefined),
  // @ts-expect-error no verdict on one path
  // -> Type 'undefined' is not assignable to type 'Verdict'.
  definePolicy(async (dialog) => {
    if ((await dialog.ask('User name: ')) === 'alice') return deny(ALICE);
  }),
  // @ts-expect-error a truth is no verdict
  // -> Type 'boolean' is not assignable to type 'Verdict | Promise<Verdict>'.
  definePolicy(() => true),
  // @ts-expect-error nor is a look-alike
  // -> Type '{ userName: string; domain: string; msgId: number; error: number; }' is not assignable to type 'Verdict | Promise<Verdict>'.
  definePolicy(() => ({ msgId: 1, error: 0, ...ALICE })),
  // @ts-expect-error a verdict has to be made, not named
  // -> Type '(identity: Identity) => Verdict' is not assignable to type 'Verdict | Promise<Verdict>'.
  definePolicy(() => grant),
  // @ts-expect-error the domain is missing
  // -> Property 'domain' is missing in type '{ userName: string; }' but required in type 'Identity'.
  grant({ userName: 'alice' }),
  // @ts-expect-error a user is a name and a domain
  // -> Argument of type 'string' is not assignable to parameter of type 'Identity'.
  deny('CONTOSO\\alice'),
  // @ts-expect-error an error has a number, or a name of raserror.h
  // -> Argument of type '"AUTH_INTERNAL"' is not assignable to parameter of type 'number | RasErrorName'.
  fail('AUTH_INTERNAL'),
  // @ts-expect-error PENDING is no error
  // -> Argument of type '"PENDING"' is not assignable to parameter of type 'number | RasErrorName'.
  fail('PENDING'),
  // @ts-expect-error a secret is not a name
  // -> Type 'Secret' is not assignable to type 'string'.
  grant({ userName: undefined as unknown as Secret, domain: 'CONTOSO' }),
];

// @ts-expect-error only definePolicy makes a policy
// -> Object literal may only specify known properties, and 'decide' does not exist in type 'Policy'.
export const forged: Policy = { decide: refuse };

export const chains = [
  // @ts-expect-error the last step gives no verdict
  // -> Type 'string' is not assignable to type 'Verdict'.
  definePolicy(chain(askName, (_, userName) => userName)),
  // @ts-expect-error the last step gives none on one path
  // -> Type 'undefined' is not assignable to type 'Verdict'.
  definePolicy(chain(askName, (_, name) => (name === 'alice' ? grant(ALICE) : undefined))),
  // @ts-expect-error the steps don't fit
  // -> Type 'string' is not assignable to type 'number'.
  chain(askName, (_, port: number) => (port > 1 ? refuse() : undefined)),
  // @ts-expect-error the first step needs what a policy doesn't get
  // -> Type 'undefined' is not assignable to type 'string'.
  definePolicy(chain((_, userName: string) => userName, refuse)),
  // @ts-expect-error one step is no chain
  // -> Expected 2-6 arguments, but got 1.
  chain(askName),
];

export const choices = [
  // @ts-expect-error the last step may leave it undecided
  // -> Type 'undefined' is not assignable to type 'Decided | Promise<Decided>'.
  firstOf(undecided, undecided),
  // @ts-expect-error no step decides by a verdict
  // -> Type 'string' is not assignable to type 'Verdict'.
  definePolicy(firstOf(undecided, askName)),
  // @ts-expect-error nobody decides when all attempts are used up
  // -> Expected 3 arguments, but got 2.
  attempts(3, undecided),
  // @ts-expect-error here neither, as it seems
  // -> Type 'undefined' is not assignable to type 'Decided | Promise<Decided>'.
  attempts(3, undecided, undecided),
  // @ts-expect-error how often is a number
  // -> Argument of type '{ count: number; }' is not assignable to parameter of type 'number'.
  attempts({ count: 3 }, undecided, refuse),
  // @ts-expect-error a verdict is no step
  // -> Type 'Verdict' provides no match for the signature '(dialog: Dialog, input: unknown): Decided | Promise<Decided>'.
  attempts(3, undecided, deny(ALICE)),
  // @ts-expect-error the step before yields no user
  // -> Type 'string' is not assignable to type 'Pick<Identity, "userName">'.
  chain(askName, whenUser(['alice'], refuse, refuse)),
  // @ts-expect-error one branch gives no verdict
  // -> Type 'undefined' is not assignable to type 'Verdict'.
  definePolicy(whenHours({ ...OFFICE, timeZone: 'UTC' }, refuse, undecided)),
  // @ts-expect-error both branches are needed
  // -> Expected 3 arguments, but got 2.
  whenUser(['alice'], refuse),
  // @ts-expect-error a name by itself is no list
  // -> Argument of type 'string' is not assignable to parameter of type 'Names'.
  whenUser('alice', refuse, refuse),
  // @ts-expect-error a predicate answers yes or no
  // -> Type 'string' is not assignable to type 'boolean | Promise<boolean>'.
  whenUser((name) => name, refuse, refuse),
];

export const times = [
  // @ts-expect-error the unit is part of the name
  // -> Object literal may only specify known properties, and 'timeoutMs' does not exist in type 'DeadlineOptions'.
  withDeadline({ timeoutMs: 5000 }, refuse),
  // @ts-expect-error a number has no unit
  // -> Argument of type 'number' is not assignable to parameter of type 'DeadlineOptions'.
  withDeadline(5, refuse),
  // @ts-expect-error days have short names
  // -> Type '"Monday"' is not assignable to type 'Weekday'.
  whenHours({ ...OFFICE, timeZone: 'UTC', days: ['Monday'] }, refuse, refuse),
  // @ts-expect-error eight o'clock is not everywhere at once
  // -> Property 'timeZone' is missing in type '{ days: readonly ["Mon"]; from: string; to: string; }' but required in type 'Hours'.
  whenHours(OFFICE, refuse, refuse),
];

export async function talk(dialog: Dialog): Promise<unknown> {
  const secret = await dialog.askSecret('Passcode: ');
  return [
    // @ts-expect-error an answer is awaited
    // -> Type 'Promise<string>' is not assignable to type 'string'.
    deny({ userName: dialog.ask('User name: '), domain: 'CONTOSO' }),
    // @ts-expect-error a rule says what is wrong, not whether
    // -> Type 'boolean' is not assignable to type 'string | Promise<string | undefined> | undefined'.
    dialog.newPin({ validate: (pin) => pin.length > 4 }),
    // @ts-expect-error this step needs a user
    // -> Expected 2 arguments, but got 1.
    whenUser(['alice'], refuse, refuse)(dialog),
    // @ts-expect-error seconds, and they say so
    // -> Object literal may only specify known properties, and 'timeoutMs' does not exist in type 'AskOptions<string>'.
    dialog.ask('User name: ', { timeoutMs: 5000 }),
    // @ts-expect-error here as well they do
    // -> Object literal may only specify known properties, and 'timeoutMs' does not exist in type 'ReceiveOptions'.
    dialog.receive({ length: 1, timeoutMs: 5000 }),
    // @ts-expect-error and here, too
    // -> Argument of type 'number' is not assignable to parameter of type 'PauseOptions'.
    dialog.pause(5),
    // @ts-expect-error a secret is no text
    // -> Argument of type 'Secret' is not assignable to parameter of type 'string'.
    dialog.ask(secret),
    // @ts-expect-error nor equal to any
    // -> This comparison appears to be unintentional because the types 'Secret' and 'string' have no overlap.
    secret === '123456',
    // @ts-expect-error the mask belongs to secrets
    // -> Object literal may only specify known properties, and 'mask' does not exist in type 'AskOptions<string>'.
    dialog.ask('User name: ', { mask: '*' }),
    // @ts-expect-error a menu's value is one of its own
    // -> This comparison appears to be unintentional because the types 'number' and 'string' have no overlap.
    (await dialog.choose('?', [{ text: 'one', value: 1 }])) === 'one',
  ];
}
