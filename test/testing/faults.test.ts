import { CallerHungUp, definePolicy, deny, grant, type PolicyFunction } from 'rasshost';
import { dial, everyHangUp, type Caller, type DialOptions } from '../../lib/testing';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

const login: PolicyFunction = async (dialog) => {
  const userName = await dialog.ask('User name: ');
  const passcode = await dialog.askSecret('Passcode: ');
  dialog.print('Thank you.\r\n');
  return passcode.equals('123456') ? grant({ ...ALICE, userName }) : deny({ ...ALICE, userName });
};

async function logIn(caller: Caller): Promise<void> {
  await caller.sees('User name: ');
  caller.types('alice\r');
  await caller.sees('Passcode: ');
  caller.types('123456\r');
  await caller.sees('Thank you.');
}

describe('faults', () => {
  test.each<[string, DialOptions]>([
    ['buffers of one byte', { sendBufferSize: 1, receiveBufferSize: 1 }],
    ['a server that gives what is available', { receive: 'available' }],
    ['events without data, and NUL (KB Q259433)', { spuriousEvents: 5 }],
    ['a server that drops unpaired Sends (SD-22)', { lossySend: true }],
  ])('change nothing for a caller who logs in: %s', async (_, options) => {
    const caller = dial(login, options);
    await logIn(caller);
    expect(await caller.outcome()).toMatchObject({ outcome: 'success' });
    expect(caller.violations).toEqual([]);
  });

  test.each(['RasSecurityDialogSend', 'RasSecurityDialogReceive'] as const)(
    'end the dialog as ERROR: %s fails at the n-th call',
    async (call) => {
      const caller = dial(login, { failures: [{ call, at: 3, error: 610 }] });
      await expect(logIn(caller)).rejects.toThrow('the call is over');
      expect(await caller.outcome()).toMatchObject({
        outcome: 'error',
        dwError: 610,
        thrown: { functionName: call },
      });
    },
  );

  test('end the dialog as ERROR: GetInfo fails', async () => {
    const failures = [{ call: 'RasSecurityDialogGetInfo', error: 601 } as const];
    const caller = dial((dialog) => deny({ ...ALICE, userName: dialog.deviceName }), { failures });
    expect(await caller.outcome()).toMatchObject({ outcome: 'error', dwError: 601 });
  });

  test('end the dialog: a hang-up at a step, seen by the policy or not (SD-25, SD-26)', async () => {
    const hangUp = { atStep: 5 };
    const seen = dial(login, { hangUp });
    await expect(seen.sees('Passcode: ')).rejects.toThrow('lost the caller');
    expect(await seen.outcome()).toMatchObject({ outcome: 'error', dwError: 619 });
    const silent = dial(login, { hangUp, hangUpEvent: 'silent' });
    expect(await silent.outcome()).toMatchObject({ outcome: 'ended' });
    expect(silent.reports[0]?.cause).toBeInstanceOf(CallerHungUp);
  });
});

describe('everyHangUp', () => {
  test('drops the caller at every step, and finds nothing wrong with a good policy', async () => {
    const dropped = await everyHangUp(login, logIn);
    expect(dropped.map(({ step }) => step)).toEqual(dropped.map((_, index) => index + 1));
    expect(dropped.length).toBeGreaterThan(20);
    const outcomes = dropped.map(({ outcome }) => outcome.outcome);
    // Who has given all the answers may be let in: the hang-up came too late.
    const letIn = outcomes.indexOf('success');
    expect(outcomes.slice(0, letIn)).not.toContain('success');
    expect(letIn).toBeGreaterThan(15);
  });

  test.each<[string, RegExp, PolicyFunction]>([
    [
      'lets in whoever hangs up',
      /a hang-up at step \d+: let in all the same/,
      async (dialog) => {
        const userName = await dialog.ask('User name: ');
        const passcode = await dialog.askSecret('Passcode: ').catch(() => undefined);
        dialog.print('Thank you.\r\n');
        return passcode?.equals('654321') === true ? deny(ALICE) : grant({ ...ALICE, userName });
      },
    ],
    [
      'does not end with the call',
      /a hang-up at step \d+: the policy goes on without a caller/,
      async (dialog) => {
        const answer = login(dialog);
        await Promise.resolve(answer).catch(() => new Promise(() => undefined));
        return answer;
      },
    ],
    [
      'breaks the contract',
      /the contract was broken \(SD-23/,
      async (dialog) => {
        const { transaction } = dialog;
        dialog.signal.addEventListener('abort', () => queueMicrotask(() => transaction.send(0)));
        return login(dialog);
      },
    ],
  ])('finds a policy that %s', async (_, problem, policy) => {
    await expect(
      everyHangUp(definePolicy(policy), logIn, { patienceSeconds: 0.02 }),
    ).rejects.toThrow(problem);
  });
});
