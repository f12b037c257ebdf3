import { setTimeout as realTime } from 'node:timers/promises';
import { definePolicy, deny, grant, withDeadline, type PolicyFunction } from 'rasshost';
import { dial, VirtualClock, type DialOptions } from 'rasshost/testing';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

/** What became of a call, and when, in seconds. */
async function timed(
  policy: PolicyFunction,
  options: Omit<DialOptions, 'clock'> = {},
  play?: (caller: ReturnType<typeof dial>) => Promise<void>,
) {
  const clock = new VirtualClock();
  const caller = dial(policy, { ...options, clock });
  await play?.(caller);
  const { outcome } = await caller.outcome();
  return { outcome, seconds: Math.round(clock.now() / 1000), output: caller.output };
}

test('a verdict does not wait for a pause that nobody waits for any more', async () => {
  const call = await timed(async (dialog) => {
    await Promise.race([dialog.pause({ seconds: 50 }), realTime(20)]);
    dialog.print('Approved.\r\n');
    return grant(ALICE);
  });
  expect(call.outcome).toBe('success');
  expect(call.output).toBe('Approved.\r\n');
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
  const caller = dial(policy);
  for (let key = 0; key < 10; key++) {
    caller.types('x');
    await caller.waits({ seconds: 0.7 });
  }
  expect(await caller.outcome()).toMatchObject({ outcome: 'failure', userName: '<no answer>' });
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
