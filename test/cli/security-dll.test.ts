// The project of `rasshost init --dll`: built as its README says, and called in the emulator.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Caller } from '../support/caller';
import { until } from '../support/until';
import { leaveNoProcess } from '../support/wine-processes';

const MAIN = resolve(__dirname, '../../dist/cli/main.js');

let project: string;
let dll: string;
/** What init has printed. */
let printed: string;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'rasshost-dll-'));
  dll = join(project, 'security_dll.dll');
  printed = execFileSync(process.execPath, [MAIN, 'init', project, '--dll'], { encoding: 'utf8' });
  build(
    'cmake -B build -G Ninja --toolchain mingw-w64.cmake',
    'cmake --build build --config Release',
  );
});
afterAll(() => rmSync(project, { recursive: true }));

/** What a failed test has left. */
const started: ChildProcess[] = [];
afterEach(() => started.splice(0).forEach((child) => child.kill()));

leaveNoProcess();

/** Runs commands that the README has, each in a line or between two backquotes. */
function build(...commands: string[]): void {
  const readme = readFileSync(join(project, 'README.md'), 'utf8');
  rmSync(dll, { force: true });
  for (const command of commands) {
    expect(readme.split(/[\n`]/)).toContain(command);
    execFileSync('sh', ['-c', command], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
  }
  expect(existsSync(dll)).toBe(true);
}

/** A server that takes so many calls, and then ends. */
async function serve(calls: number, ...options: string[]) {
  // As the script `emulate` of package.json does it.
  const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
    scripts: { emulate: string };
  };
  const [rasshost, ...args] = scripts.emulate.split(' ');
  expect(rasshost).toBe('rasshost');
  const command = [MAIN, ...args, '--json', '--max-calls', String(calls), ...options];
  const child = spawn(process.execPath, command, {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const exited = once(child, 'exit');
  const port = await until(
    () => `the server in ${out}, with ${err}`,
    () => /"listening":"127\.0\.0\.1:(\d+)"/.exec(out)?.[1],
    () => out.length + err.length,
  );
  const trace = () =>
    out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Readonly<Record<string, string | undefined>>);
  return {
    dial: () => new Caller(connect(Number(port), '127.0.0.1')),
    /** When it has ended: what became of the calls, and of the rules. */
    ended: async () => ({
      exited: await exited,
      outcomes: trace().flatMap(({ outcome, userName }) =>
        outcome === undefined ? [] : [`${outcome} ${userName}`],
      ),
      violations: trace().filter(({ violation }) => violation !== undefined),
      err,
    }),
  };
}

async function logIn(
  caller: Caller,
  userName: string,
  passcode: string,
  end = '\r',
): Promise<void> {
  await caller.sees('User name: ');
  caller.types(`${userName}${end}`);
  await caller.sees('Passcode: ');
  caller.types(`${passcode}${end}`);
}

test('lets in who knows the passcode, and refuses others, under --strict', async () => {
  const server = await serve(3);
  const alice = server.dial();
  // Backspace, as terminals send it.
  await logIn(alice, 'alicf\x7fe', '123457\b6');
  expect(await alice.closed()).toContain('\r\nWelcome.\r\n~\xff');
  const mallory = server.dial();
  await logIn(mallory, 'mallory', '123456');
  expect(await mallory.closed()).toMatch(/\r\nAccess denied\.\r\n$/);
  const wrong = server.dial();
  await logIn(wrong, 'alice', '654321');
  const output = await wrong.closed();
  expect(output).toMatch(/\r\nAccess denied\.\r\n$/);
  expect(output).not.toContain('654321');
  expect(await server.ended()).toMatchObject({
    exited: [0, null],
    outcomes: ['success alice', 'failure mallory', 'failure alice'],
    violations: [],
  });
});

test('keeps to the contract when callers hang up at every moment', async () => {
  const server = await serve(4);
  const moments: ((caller: Caller) => Promise<void>)[] = [
    (caller) => caller.sees('User name: '),
    async (caller) => {
      await caller.sees('User name: ');
      caller.types('ali');
      await caller.sees('ali');
    },
    (caller) => logIn(caller, 'alice', ''),
    (caller) => logIn(caller, 'alice', '123456'),
  ];
  for (const moment of moments) {
    const caller = server.dial();
    await moment(caller);
    caller.hangUp();
  }
  expect(await server.ended()).toMatchObject({ exited: [0, null], violations: [] });
});

test.each([
  ['buffers that are shorter than a text', ['--send-buffer', '8', '--receive-buffer', '1']],
  ['an End inside Complete', ['--end', 'inside', '--receive', 'available', '--reuse-handles']],
  ['an End on another thread, and late information', ['--end', 'thread', '--late-info', '20']],
  ['an event without a reason', ['--fault', 'early-event=5', '--length-word', 'untouched']],
  ['no word of bytes', ['--bytes-received', 'zero', '--lossy-send']],
])('serves a server with %s', async (_what, options) => {
  const server = await serve(1, ...options);
  const caller = server.dial();
  await logIn(caller, 'alice', '123456');
  await caller.closed();
  expect(await server.ended()).toMatchObject({
    exited: [0, null],
    outcomes: ['success alice'],
    violations: [],
  });
});

test('is built by the one line for mingw-w64 as well', () => {
  const line = /^x86_64-w64-mingw32-g\+\+ .*$/m.exec(
    readFileSync(join(project, 'README.md'), 'utf8'),
  );
  build(line?.[0] ?? '');
  expect(printed.split('\n').slice(-3)).toEqual([line?.[0], 'npm run emulate', '']);
});

test.each([
  ['CR', '\r'],
  ['LF', '\n'],
  ['CR LF', '\r\n'],
])('takes %s for the end of a line', async (_name, end) => {
  const server = await serve(2);
  for (const passcode of ['123456', '']) {
    const caller = server.dial();
    await logIn(caller, 'alice', passcode, end);
    expect(await caller.closed()).toContain(passcode === '' ? 'denied.\r\n' : 'Welcome.\r\n');
  }
  expect(await server.ended()).toMatchObject({
    exited: [0, null],
    outcomes: ['success alice', 'failure alice'],
    violations: [],
  });
});

test('exports what a RAS server asks for, and needs nothing but Windows', () => {
  const dump = execFileSync('x86_64-w64-mingw32-objdump', ['-p', dll], { encoding: 'utf8' });
  expect([...dump.matchAll(/\bRasSecurityDialog\w+$/gm)].map(([name]) => name).sort()).toEqual([
    'RasSecurityDialogBegin',
    'RasSecurityDialogEnd',
  ]);
  const needed = [...dump.matchAll(/DLL Name: (\S+)/g)].map(([, name = '']) => name.toLowerCase());
  expect(needed.filter((name) => !['kernel32.dll', 'msvcrt.dll'].includes(name))).toEqual([]);
});
