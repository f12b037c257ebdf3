import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  CallerCancelled,
  definePolicy,
  deny,
  grant,
  type DialogReport,
  type PolicyFunction,
} from 'rasshost';
import { dial, VirtualClock, type Caller, type DialOptions } from 'rasshost/testing';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

/** What a policy hears of one of its calls. */
async function heard(
  decide: PolicyFunction,
  options: DialOptions = {},
  act: (caller: Caller) => void | Promise<void> = () => undefined,
): Promise<DialogReport[]> {
  const reports: DialogReport[] = [];
  const policy = definePolicy(decide, { onOutcome: (report) => void reports.push(report) });
  const caller = dial(policy, options);
  await act(caller);
  await caller.outcome();
  return reports;
}

test('a policy hears of each of its dialogs, with the verdict as it was told', async () => {
  expect(await heard(() => grant(ALICE))).toEqual([
    { id: '1', outcome: 'success', message: { msgId: 1, error: 0, ...ALICE } },
  ]);
  const [denied] = await heard((dialog) => deny({ ...ALICE, userName: dialog.id }));
  expect(JSON.parse(JSON.stringify(denied))).toEqual({
    id: '1',
    outcome: 'failure',
    message: { msgId: 2, error: 0, ...ALICE, userName: '1' },
  });
  expect(await heard(() => deny())).toMatchObject([
    { outcome: 'failure', message: { userName: '<no answer>' } },
  ]);
});

test('with what was thrown, as it is and as a text for a log', async () => {
  const bug = new Error('bug');
  const reports = await heard(() => {
    throw bug;
  });
  expect(reports).toMatchObject([{ outcome: 'error', message: { error: 645 }, cause: bug }]);
  expect(reports[0]?.why).toMatch(/^Error: bug\n +at .*on-outcome.test.ts/);
});

test('with what was thrown also when that is undefined', async () => {
  const nothing = undefined as unknown as Error;
  const reports = await heard(() => Promise.reject(nothing));
  expect(reports).toMatchObject([{ outcome: 'error', cause: undefined, why: 'undefined' }]);
});

test('with who ended it, when its verdict did not count', async () => {
  const ask: PolicyFunction = async (dialog) => {
    await dialog.ask('Name: ');
    return grant(ALICE);
  };
  const hangUp = async (caller: Caller) => {
    await caller.sees('Name: ');
    caller.hangsUp();
  };
  expect(await heard(ask, { hangUpEvent: 'silent' }, hangUp)).toMatchObject([
    { outcome: 'ended', endedBy: 'disconnected', cause: { code: 'RASSHOST_E_HUNG_UP' } },
  ]);

  const clock = new VirtualClock();
  const late = heard(() => new Promise<never>(() => undefined), { clock, dialogSeconds: 5 });
  clock.advance(5000);
  expect(await late).toMatchObject([{ outcome: 'ended', endedBy: 'deadline' }]);
});

test('with the verdict that was overruled while its last words went out', async () => {
  const decide: PolicyFunction = (dialog) => {
    dialog.print('Welcome.');
    return grant(ALICE);
  };
  const reports = await heard(decide, { hangUpEvent: 'silent' }, async (caller) => {
    await caller.sees('Welcome.');
    caller.hangsUp();
  });
  expect(reports).toMatchObject([
    { outcome: 'ended', endedBy: 'disconnected', message: { msgId: 1, ...ALICE } },
  ]);
  expect(reports[0]).not.toHaveProperty('cause');
});

test('of the termination that it held it hears nothing but what its clean-ups threw', async () => {
  const reports = await heard((dialog) => {
    dialog.holdTermination(() => Promise.reject(new Error('no disk')));
    return grant(ALICE);
  });
  expect(reports).toMatchObject([
    { outcome: 'success' },
    { outcome: 'cleanup-failed', why: expect.stringMatching(/^Error: no disk\n/) },
  ]);
});

test('what it does then changes no call, and is done before the call counts as over', async () => {
  let settle!: () => void;
  let isOver = false;
  const onOutcome = async () => {
    await new Promise<void>((resolve) => {
      settle = resolve;
    });
    throw new Error('audit log full');
  };
  const caller = dial(definePolicy(() => grant(ALICE), { onOutcome }));
  const outcome = caller.outcome().finally(() => {
    isOver = true;
  });
  while (!caller.trace.some(({ call }) => call === 'RasSecurityDialogEnd')) await nextTurn();
  expect(isOver).toBe(false);
  settle();
  expect(await outcome).toMatchObject({ outcome: 'success' });
  expect(caller.log).toMatchObject([
    {
      level: 'error',
      text: expect.stringMatching(/^onOutcome has failed {\s+error: Error: audit/),
    },
  ]);
});

test('if it never ends, the log says so after ten seconds, and the call is over', async () => {
  const clock = new VirtualClock();
  const onOutcome = () => new Promise<never>(() => undefined);
  const caller = dial(
    definePolicy(() => grant(ALICE), { onOutcome }),
    { clock },
  );
  const outcome = caller.outcome();
  while (!caller.trace.some(({ call }) => call === 'RasSecurityDialogEnd')) await nextTurn();
  clock.advance(10_000);
  expect(await outcome).toMatchObject({ outcome: 'success' });
  expect(caller.log).toMatchObject([
    { level: 'error', text: expect.stringMatching(/^onOutcome has failed .*no end within 10 s/s) },
  ]);
});

test.each<[string, (passcode: string) => PolicyFunction]>([
  ['the policy', (passcode) => () => Promise.reject(new Error(`no audit of ${passcode}`))],
  [
    'the policy, as if the caller had brought it about',
    (passcode) => () => Promise.reject(new CallerCancelled(`no audit of ${passcode}`)),
  ],
  [
    'a clean-up',
    (passcode) => (dialog) => {
      dialog.holdTermination(() => Promise.reject(new Error(`no audit of ${passcode}`)));
      return deny(ALICE);
    },
  ],
])('a secret of the dialog is in no report, though %s throws an error with it', async (_, end) => {
  const decide: PolicyFunction = async (dialog) => {
    const passcode = await dialog.askSecret('Passcode: ');
    return end(passcode.text())(dialog);
  };
  const reports = await heard(decide, {}, (caller) => caller.types('246810\r'));
  expect(reports.at(-1)?.why).toMatch(/no audit of \[secret\]/);
});

test('a secret of the dialog is not in the log, though onOutcome throws an error with it', async () => {
  let passcode = '';
  const policy = definePolicy(
    async (dialog) => {
      passcode = (await dialog.askSecret('Passcode: ')).text();
      return deny(ALICE);
    },
    { onOutcome: () => Promise.reject(new Error(`no audit of ${passcode}`)) },
  );
  const caller = dial(policy);
  caller.types('246810\r');
  await caller.outcome();
  expect(caller.log).toMatchObject([{ text: expect.stringContaining('no audit of [secret]') }]);
});
