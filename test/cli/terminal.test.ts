// The commands at a genuine terminal: nothing lands inside what somebody types, whatever its size.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Caller } from '../support/ras-server';
import { Tmux } from '../support/tmux';
import { leaveNoProcess, noneLeft, processesWith } from '../support/wine-processes';

const RASSHOST = `node ${resolve('dist/cli/main.js')}`;

/** How long loading takes depends on what else the machine has to do. */
const PATIENTLY = '--load-seconds 600';

const POLICY = `
  import { definePolicy, deny } from 'rasshost';
  export default definePolicy(
    async (dialog) => {
      dialog.print('Grüße von Contoso\\r\\n');
      const userName = await dialog.ask('User name: ', { maxLength: 60 });
      await dialog.askSecret('Passcode: ');
      dialog.print(userName + '\\r\\n');
      return deny({ userName: 'nobody', domain: 'NOWHERE' });
    },
    { codePage: 'cp437' },
  );`;

let directory: string;
let terminal: Tmux | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost-test-'));
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
  rmSync(directory, { recursive: true });
});
leaveNoProcess();

function policy(text = POLICY): string {
  const file = join(directory, 'policy.ts');
  writeFileSync(file, text);
  return file;
}

function start(command: string, columns?: number, rows?: number, before = ''): Tmux {
  terminal = new Tmux(
    `cd ${directory} && ${before} ${RASSHOST} ${command} ${PATIENTLY}`,
    columns,
    rows,
  );
  return terminal;
}

/** Puts a mark into the environment of the command, which the shell and tmux themselves lack. */
function marked(mark: string): string {
  return `MARK=${mark.slice(0, 8)}''${mark.slice(8)}`;
}

/** A change of the policy's file that nothing can miss. */
function touch(file: string, second: number): void {
  utimesSync(file, second, second);
}

const STATUS = /no caller|s left/g;

/** A line as a terminal of so many columns shows it: over several rows where it is too long. */
function wrapped(line: string, columns: number): string {
  const rows = line.trimEnd().match(new RegExp(`.{1,${columns}}`, 'g')) ?? [];
  return rows.map((row) => row.trimEnd()).join('\n');
}

test('simulate: messages come above what the caller types, and no status line is left by any size', async () => {
  const file = policy();
  const tmux = start('simulate policy.ts --watch', 80, 24);
  await tmux.shows(/User name:\n.*waiting for the caller/);
  let [typed, changes] = ['', 0];
  for (const [columns, rows] of [
    [80, 24],
    [50, 12],
    [120, 40],
    [60, 20],
  ] as const) {
    tmux.resize(columns, rows);
    const keys = 'alice in town, ';
    tmux.presses('-l', keys);
    typed += keys;
    const line = wrapped(`User name: ${typed}`, columns);
    await tmux.shows(new RegExp(`${line}\n.*s left`));
    touch(file, ++changes);
    const messages = 'the policy is new\n'.repeat(changes);
    await tmux.shows(new RegExp(`${messages}${line}\ncall 1: .*s left`));
    const everything = tmux.everything();
    expect(everything.match(STATUS)).toHaveLength(1);
    expect(everything.match(/the policy is new/g)).toHaveLength(changes);
    expect(everything.replace(/\d+ s left.*/, 'N s left')).toMatchSnapshot(`${columns}x${rows}`);
  }
});

test('simulate: what the code page has is shown and typed as this terminal has it', async () => {
  policy();
  // At the lower end of the screen, where each new line moves all others up.
  const tmux = start('simulate policy.ts', 80, 24, 'seq 40;');
  await tmux.shows(/^Grüße von Contoso\nUser name:$/m);
  tmux.presses('-l', 'Jürgen Ωß€');
  tmux.presses('Enter');
  await tmux.shows(/Passcode:$/m);
  tmux.presses('-l', '1');
  tmux.presses('Enter');
  // Omega is in the code page, the euro is not.
  await tmux.shows(/^User name: Jürgen Ωß\nPasscode:\s+Jürgen Ωß\n/m);
  await tmux.shows(/exit code 1$/);
});

test('simulate --keep: Enter calls again, r reloads, and q and Ctrl-C leave', async () => {
  policy();
  for (const leave of ['q', 'C-c']) {
    const tmux = start('simulate policy.ts --keep');
    await tmux.shows(/User name:$/m);
    tmux.presses('C-]');
    await tmux.shows(
      /call 1: error 619 ERROR_PORT_DISCONNECTED \(the caller hung up\), .*\n+no caller \| Enter calls again/,
    );
    tmux.presses('r');
    await tmux.shows(/the policy is new\n/);
    tmux.presses('Enter');
    await tmux.shows(/call 2: waiting for the caller/);
    tmux.presses('C-]');
    await tmux.shows(/call 2: error 619.*\n+no caller/);
    tmux.presses(leave);
    const screen = await tmux.shows(/exit code 4$/);
    expect(screen).not.toContain('no caller');
    tmux.close();
    terminal = undefined;
  }
});

test('simulate --keep: a types the answers of the last call again, corrections and all', async () => {
  const file = policy();
  const tmux = start('simulate policy.ts --keep');
  await tmux.shows(/User name:$/m);
  tmux.presses('-l', 'alicf');
  tmux.presses('BSpace');
  tmux.presses('-l', 'e');
  tmux.presses('Enter');
  await tmux.shows(/Passcode:$/m);
  tmux.presses('-l', '1');
  tmux.presses('Enter');
  await tmux.shows(/^alice\ncall 1: failure .*\n+no caller \| .* a answers as before/m);
  writeFileSync(file, POLICY.replace("'Passcode: '", "'PIN: '"));
  // Both at once: the call waits for the policy.
  tmux.presses('r', 'a');
  await tmux.shows(/\n\nGrüße von Contoso\nUser name: alice\nPIN:\s+alice\ncall 2: failure/);
  tmux.presses('q');
});

test('simulate --watch: a calls the policy as it is by then', async () => {
  const file = policy();
  const tmux = start('simulate policy.ts --watch');
  await tmux.shows(/User name:$/m);
  tmux.presses('C-]');
  await tmux.shows(/no caller \| Enter/);
  writeFileSync(file, POLICY.replace("'User name: '", "'Account: '"));
  tmux.presses('a');
  await tmux.shows(/the policy is new\n[^]*Account:\n.*waiting for the caller/);
  expect(tmux.everything().match(/User name:/g)).toHaveLength(1);
});

test('simulate: a policy that takes its time is seen to load, at first and with r', async () => {
  policy(`${POLICY}\nawait new Promise((loaded) => setTimeout(loaded, 1500));`);
  const tmux = start('simulate policy.ts --keep');
  await tmux.shows(/loading policy\.ts \d+ s/);
  await tmux.shows(/User name:$/m);
  tmux.presses('C-]');
  await tmux.shows(/no caller \| Enter/);
  tmux.presses('r');
  await tmux.shows(/loading policy\.ts \d+ s/);
  await tmux.shows(/the policy is new\n+no caller \| Enter/);
  expect(tmux.everything()).not.toContain('loading');
});

test.each([
  ['', true],
  ['NO_COLOR=1', false],
  ['TERM=dumb', false],
])('simulate: colours with the environment %j: %s', async (variables, expected) => {
  policy();
  const tmux = start('simulate policy.ts', 80, 24, variables);
  await tmux.shows(/User name:/);
  tmux.presses('C-c');
  await tmux.shows(/exit code 1$/);
  const red = '\x1b[31mcall 1: failure';
  expect(tmux.colours().includes(red)).toBe(expected);
  expect(tmux.colours().includes('\x1b')).toBe(expected);
});

test('simulate: what the policy logs, or writes to its console, is no part of the dialog', async () => {
  policy(`
    import { definePolicy, deny } from 'rasshost';
    export default definePolicy(async (dialog) => {
      const answer = dialog.ask('User name: ');
      console.log('asking %s', 'now');
      dialog.log.info('asked', { times: 1 });
      await answer;
      return deny({ userName: 'nobody', domain: 'NOWHERE' });
    });`);
  const tmux = start('simulate policy.ts');
  await tmux.shows(/^asking now\n\S+ dialog 1: info: asked { times: 1 }\nUser name:\n/m);
  // It is no warning.
  expect(tmux.colours()).toMatch(/^asking now$/m);
});

test.each(['try', 'emulate'])(
  '%s: Ctrl-C while Wine starts ends it, and nothing is simulated',
  async (command) => {
    policy();
    const tmux = start(`${command} policy.ts`);
    await tmux.shows(/starting Wine/);
    tmux.presses('C-c');
    const screen = await tmux.shows(/exit code 130$/);
    expect(screen).toMatch(/^rasshost: RASSHOST_E_STOPPED: /m);
    expect(screen).not.toMatch(/simulated|User name|starting Wine/);
  },
);

test('try: Ctrl-C while npm fetches what Windows programs need ends npm, too', async () => {
  policy();
  const mark = randomUUID();
  writeFileSync(join(directory, 'npm'), '#!/bin/sh\nsleep 1000 & wait\n', { mode: 0o755 });
  const environment = `${marked(mark)} RASSHOST_WINE_HOME=$PWD/home PATH=$PWD:$PATH`;
  const tmux = start('try policy.ts', 80, 24, environment);
  await tmux.shows(/fetching the Windows builds/);
  tmux.presses('C-c');
  expect(await tmux.shows(/exit code 130$/)).not.toMatch(/simulated|User name/);
  await noneLeft(mark);
});

test('simulate without keys to read promises none', async () => {
  policy();
  const tmux = start('simulate policy.ts --tcp 0 </dev/null');
  await tmux.shows(/^ +keys +Ctrl-C stops\n+no caller \| Ctrl-C stops$/m);
  tmux.presses('C-c');
  await tmux.shows(/exit code 0$/);
});

test('simulate --script --watch: calls again at r as well, and q leaves', async () => {
  policy();
  writeFileSync(join(directory, 'call.txt'), 'expect "User name: "\nsend "a\\r"\nhangup\n');
  const tmux = start('simulate policy.ts --script call.txt --watch', 100, 24);
  const hint =
    'no caller \\| calls again when the policy changes; r reloads the policy, q or Ctrl-C stops';
  await tmux.shows(new RegExp(`call 1: error 619.*\n+${hint}$`));
  tmux.presses('r');
  await tmux.shows(new RegExp(`the policy is new\n[^]*call 2: error 619.*\n+${hint}$`));
  tmux.presses('q');
  expect(await tmux.shows(/exit code 4$/)).not.toContain('Ctrl-]');
});

test('simulate --keep --quiet: whoever is to press a key is told which', async () => {
  policy();
  const tmux = start('simulate policy.ts --keep --quiet');
  await tmux.shows(/User name:$/m);
  tmux.presses('C-]');
  await tmux.shows(/^Enter calls again, a answers as before, r reloads, q quits$/m);
  tmux.presses('q');
  await tmux.shows(/exit code 4$/);
});

test('simulate: a signal in a call hangs up, and is what the exit code tells', async () => {
  policy();
  const mark = randomUUID();
  const tmux = start('simulate policy.ts', 80, 24, marked(mark));
  await tmux.shows(/User name:$/m);
  for (const pid of processesWith(mark)) process.kill(pid, 'SIGTERM');
  expect(await tmux.shows(/exit code 143$/)).toMatch(
    /^call 1: error 619 .*\nrasshost: RASSHOST_E_STOPPED/m,
  );
});

test('try: whoever sits at the terminal is the caller, and sees the calls and the outcome', async () => {
  policy();
  const tmux = start('try policy.ts', 100, 60);
  await tmux.shows(/starting Wine/);
  await tmux.shows(
    /^rasshost try\n +policy +policy\.ts\n +caller +you: .*Ctrl-\] hangs up\n[^]*Grüße von Contoso\n[^]*User name:$/m,
  );
  tmux.presses('-l', 'Jürgen');
  tmux.presses('Enter');
  await tmux.shows(/^Passcode:$/m);
  tmux.presses('-l', '123');
  await tmux.shows(/^Passcode:$/m);
  tmux.presses('C-]');
  await tmux.shows(/^call 1: .*\nexit code 4$/m);
  // What the log says appears above the line that is typed on, never in it.
  expect(tmux.everything()).toMatch(
    /^User name: Jürgen\n[^]*^Passcode:\n[^]*^ +\d+\.\d ms {2}RasSecurityDialogBegin /m,
  );
  expect(tmux.everything()).not.toMatch(/starting|stopping/);
});

test('emulate: tells progress, a banner, a line for each call, and obeys r and q', async () => {
  policy();
  const tmux = start('emulate policy.ts', 100, 30);
  await tmux.shows(/starting Wine/);
  const screen = await tmux.shows(
    /rasshost emulate\n +policy +policy\.ts\n +port +\S+\n +keys +r re/,
  );
  const [, host = '', port] = /port +(\S+):(\d+)/.exec(screen) ?? [];
  const caller = new Caller(connect(Number(port), host));
  await caller.sees('User name: ');
  caller.types('\x03');
  await tmux.shows(/^call 1: failure \(the caller gave no answer\), \d+\.\d s$/m);
  // Twice: while a reload runs, there is no other one.
  tmux.presses('r', 'r');
  await tmux.shows(/policy reloaded/);
  tmux.presses('r');
  await tmux.shows(/policy reloaded[^]*policy reloaded/);
  tmux.presses('q');
  const end = await tmux.shows(/exit code 0$/);
  expect(end.match(/policy reloaded/g)).toHaveLength(2);
  expect(end).not.toMatch(/starting|asking the security DLL/);
});
