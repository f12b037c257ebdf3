import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { definePolicy, deny, grant, type Dialog, type Verdict } from 'rasshost';
import { dial, type Caller } from 'rasshost/testing';
import { logReport } from '../../lib/worker/log';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

/** The lines that the worker would write about a call. */
async function logged(
  decide: (dialog: Dialog) => Verdict | Promise<Verdict>,
  act: (caller: Caller) => void | Promise<void> = () => undefined,
  options: { hangUpEvent?: 'silent' } = {},
): Promise<string[]> {
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const caller = dial(definePolicy(decide), options);
    await act(caller);
    await caller.outcome();
    caller.reports.forEach(logReport);
    return written.mock.calls.flatMap(([text]) => String(text).split('\n').slice(0, -1));
  } finally {
    written.mockRestore();
  }
}

const ask = async (dialog: Dialog) => grant({ ...ALICE, userName: await dialog.ask('Name: ') });

test.each<[string, (caller: Caller) => void, string]>([
  [
    'presses Ctrl-C',
    (caller) => caller.cancels(),
    'failure: CallerCancelled: RASSHOST_E_CANCELLED',
  ],
  ['says nothing', () => undefined, 'failure: DialogTimeout: RASSHOST_E_TIMEOUT'],
  ['starts PPP', (caller) => caller.startsPpp(), 'failure: CallerStartedPpp: RASSHOST_E_PPP'],
  ['sends empty lines', (caller) => caller.types('\r'.repeat(20)), 'failure: TooManyTries: '],
  ['hangs up', (caller) => caller.hangsUp(), 'error 619: CallerHungUp: RASSHOST_E_HUNG_UP'],
  [
    'types what is no name',
    (caller) => caller.types('CONTOSO\\alice\r'),
    'failure: RasshostError: RASSHOST_E_NAME: userName has',
  ],
])('a caller who %s is one line in the log, without a stack', async (_, act, line) => {
  const lines = await logged(ask, act);
  expect(lines).toEqual([expect.stringContaining(` dialog 1: ${line}`)]);
});

test('a verdict, and a call that the server has ended, is no line at all', async () => {
  expect(await logged(() => deny(ALICE))).toEqual([]);
  expect(await logged(ask, (caller) => caller.types('alice\r'))).toEqual([]);
  const hangUp = async (caller: Caller) => {
    await caller.sees('Name: ');
    caller.hangsUp();
  };
  expect(await logged(ask, hangUp, { hangUpEvent: 'silent' })).toEqual([]);
});

test('what a policy throws is there with its stack and its causes, and without secrets', async () => {
  const lines = await logged(
    async (dialog) => {
      const passcode = await dialog.askSecret('Passcode: ');
      const text = passcode.length === 6 ? '246810' : '';
      throw new Error(`no answer about ${text}`, { cause: new Error(`ECONNREFUSED ${text}`) });
    },
    (caller) => caller.types('246810\r'),
  );
  expect(lines[0]).toMatch(/ dialog 1: error 645: Error: no answer about \[secret\]$/);
  expect(lines[1]).toMatch(/^ +at .*log\.test\.ts/);
  expect(lines.join('\n')).toContain('[cause]: Error: ECONNREFUSED [secret]');
  expect(lines.join('\n')).not.toContain('246810');
});

test('a verdict that did not count is a line that says who has ended the dialog', () => {
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  logReport({ id: '7', outcome: 'overruled', endedBy: 'deadline' });
  expect(written).toHaveBeenCalledWith(
    expect.stringMatching(/Z dialog 7: overruled: the verdict came after .* \(deadline\)\n$/),
  );
  written.mockRestore();
});

test('a promise that nobody awaits shows no secret of the dialog that it comes from', async () => {
  const root = join(__dirname, '../..');
  const typescript = pathToFileURL(join(root, 'node_modules/jiti/lib/jiti-register.mjs')).href;
  const script = `
    import worker from './lib/worker/log.ts';
    import rasshost from './lib/index.ts';
    import testing from './lib/testing/index.ts';
    worker.surviveForgottenPromises();
    const audit = async (text) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      throw new Error('no audit of ' + text);
    };
    const caller = testing.dial(async (dialog) => {
      void audit((await dialog.askSecret('? ')).text());
      await new Promise((resolve) => process.once('unhandledRejection', resolve));
      return rasshost.deny();
    });
    caller.types('246810\\r');
    await caller.outcome();`;
  const args = ['--import', typescript, '--input-type=module', '-e', script];
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: root });
  expect(stderr).toMatch(
    /Z a promise that nobody awaits has failed: Error: no audit of \[secret\]\n/,
  );
});
