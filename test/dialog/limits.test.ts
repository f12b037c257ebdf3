import { setImmediate as nextTurn } from 'node:timers/promises';
import { definePolicy, deny, grant, withDeadline, type PolicyFunction } from 'rasshost';
import { dial, type DialOptions } from 'rasshost/testing';
import { CLOCKS } from '../support/late-clock';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

describe.each(CLOCKS)('on %s', (_, Clock) => {
  /** What became of a call, and when, in seconds. */
  async function timed(policy: PolicyFunction, options: Omit<DialOptions, 'clock'> = {}) {
    const clock = new Clock();
    const caller = dial(policy, { ...options, clock });
    const { outcome } = await caller.outcome();
    return { outcome, seconds: Math.round(clock.now() / 1000), output: caller.output };
  }

  test('a verdict does not wait for a pause that nobody waits for any more', async () => {
    const call = await timed(async (dialog) => {
      // No time passes on the clock in one turn of the event loop.
      await Promise.race([dialog.pause({ seconds: 50 }), nextTurn()]);
      dialog.print('Approved.\r\n');
      return grant(ALICE);
    });
    // A second for the Receive after the last Send.
    expect(call).toEqual({ outcome: 'success', seconds: 1, output: 'Approved.\r\n' });
  });

  test('a pause beyond the dialog is no answer, with time left to say so (SD-11)', async () => {
    const call = await timed((dialog) => dialog.pause({ seconds: 600 }).then(() => grant(ALICE)));
    expect(call).toMatchObject({ outcome: 'failure', seconds: 118 });
  });

  test('a deadline beyond the dialog leaves time for what comes otherwise (SD-11)', async () => {
    const call = await timed(
      withDeadline(
        { seconds: 600 },
        async (dialog) => grant({ ...ALICE, userName: await dialog.ask('? ', { tries: 1 }) }),
        (dialog) => {
          dialog.print('Too late.\r\n');
          return deny(ALICE);
        },
      ),
      { dialogSeconds: 30 },
    );
    expect(call.outcome).toBe('failure');
    expect(call.output).toBe('? Too late.\r\n');
  });

  test('a caller who never stops typing before a secret is no answer (SD-11, SD-20)', async () => {
    const policy = definePolicy(async (dialog) => {
      const options = { flushTypeAhead: true, timeoutSeconds: 3 };
      const passcode = await dialog.askSecret('Passcode: ', options);
      return passcode.equals('123456') ? grant(ALICE) : deny(ALICE);
    });
    const clock = new Clock();
    const caller = dial(policy, { clock });
    for (let key = 0; key < 10; key++) {
      caller.types('x');
      await caller.waits({ seconds: 0.7 });
    }
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure', userName: '<no answer>' });
    expect(caller.reports[0]?.why).toMatch(/did not stop typing/);
    // At the first key after the three seconds of the question.
    expect(clock.now() / 1000).toBeCloseTo(3.5, 1);
  });

  test('a verdict comes in time, though the last message does not all go out (SD-20)', async () => {
    const call = await timed(
      async (dialog) => {
        await dialog.ask('? ').catch(() => undefined);
        dialog.print('x'.repeat(100));
        return deny(ALICE);
      },
      { dialogSeconds: 10, sendBufferSize: 10 },
    );
    expect(call.outcome).toBe('failure');
  });

  test('a number of seconds that was meant to be milliseconds is refused', async () => {
    for (const policy of [
      (dialog) => dialog.ask('? ', { timeoutSeconds: 60_000 }).then(() => grant(ALICE)),
      (dialog) => dialog.pause({ seconds: 30_000 }).then(() => grant(ALICE)),
    ] satisfies PolicyFunction[]) {
      const { thrown } = await dial(policy).outcome();
      expect(thrown).toMatchObject({ code: 'RASSHOST_E_OPTION' });
    }
  });
});
