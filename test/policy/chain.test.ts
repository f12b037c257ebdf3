import fc from 'fast-check';
import { chain, deny, grant, type Dialog, type Step } from 'rasshost';
import { dial } from 'rasshost/testing';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };
const NO_DIALOG = undefined as unknown as Dialog;

describe('chain', () => {
  test('hands to each step what the one before has found out', async () => {
    const caller = dial(
      chain(
        (dialog) => dialog.print('Contoso\r\n'),
        async (dialog) => ({ userName: await dialog.ask('User name: '), domain: 'CONTOSO' }),
        async (dialog, user) => ({ user, passcode: await dialog.askSecret('Passcode: ') }),
        (_, { user, passcode }) => (passcode.equals('123456') ? grant(user) : deny(user)),
      ),
    );
    await caller.sees('Contoso\r\nUser name: ');
    caller.types('alice\r');
    await caller.sees('Passcode: ');
    caller.types('123456\r');
    expect(await caller.outcome()).toMatchObject({ outcome: 'success', ...ALICE });
    expect(caller.violations).toEqual([]);
  });

  test('ends at the first verdict', async () => {
    const never = jest.fn(() => grant(ALICE));
    const caller = dial(chain(() => deny(ALICE), never));
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
    expect(never).not.toHaveBeenCalled();
  });

  test('that needs no input can be called without, like every step', async () => {
    const login = chain(
      (dialog) => dialog.ask('User name: '),
      (_, userName) => deny({ userName, domain: 'CONTOSO' }),
    );
    const caller = dial((dialog) => login(dialog));
    caller.types('alice\r');
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure', ...ALICE });
  });

  test('ends with what a step throws: nobody is let in by the next one (SD-10)', async () => {
    const never = jest.fn(() => grant(ALICE));
    const caller = dial(
      chain(() => {
        throw Object.assign(new Error('directory'), { code: 'ECONNREFUSED' });
      }, never),
    );
    expect(await caller.outcome()).toMatchObject({ outcome: 'error', dwError: 1311 });
    expect(never).not.toHaveBeenCalled();
  });

  test('lets nobody in when its last step gives no verdict after all (SD-09)', async () => {
    const caller = dial(chain(() => 1, (() => undefined) as unknown as () => never));
    expect(await caller.outcome()).toMatchObject({ outcome: 'error', dwError: 645 });
  });

  test.each([
    ['one step', [() => 1], /1 steps, not 2 or more/],
    ['a verdict for a step', [() => 1, deny(ALICE)], /step 2 of chain is .*, not a function/],
  ])('refuses %s when it is made', (_, steps, message) => {
    const make = chain as unknown as (...steps: unknown[]) => unknown;
    expect(() => make(...steps)).toThrow(expect.objectContaining({ code: 'RASSHOST_E_OPTION' }));
    expect(() => make(...steps)).toThrow(message);
  });
});

/** A step that makes of a number another one, nothing or a verdict, always the same. */
const steps = fc
  .func(fc.oneof(fc.nat(9), fc.constant('verdict'), fc.constant(undefined)))
  .map((decide): Step<unknown, unknown> => (_, input) => {
    const made = decide(input);
    return made === 'verdict' ? deny({ ...ALICE, userName: `by${String(input)}` }) : made;
  });

describe('properties of chain', () => {
  test('it is associative', async () => {
    await fc.assert(
      fc.asyncProperty(steps, steps, steps, fc.nat(9), async (a, b, c, input) => {
        const flat = await chain(a, b, c)(NO_DIALOG, input);
        expect(await chain(chain(a, b), c)(NO_DIALOG, input)).toEqual(flat);
        expect(await chain(a, chain(b, c))(NO_DIALOG, input)).toEqual(flat);
      }),
    );
  });

  test('a step that hands on its input changes nothing', async () => {
    const same: Step<unknown, unknown> = (_, input) => input;
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(9), async (a, input) => {
        const alone = await a(NO_DIALOG, input);
        expect(await chain(same, a)(NO_DIALOG, input)).toEqual(alone);
        expect(await chain(a, same)(NO_DIALOG, input)).toEqual(alone);
      }),
    );
  });
});
