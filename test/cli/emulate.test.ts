import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { main } from '../../lib/cli/main';
import { CapturedIo, NOTHING_WRONG } from '../support/captured-io';
import { TRUST_EVERYONE } from '../support/trust-everyone';
import { EmulatedTerminal } from '../support/emulated-terminal';
import { Caller, localBinary, until } from '../support/ras-server';
import { leaveNoProcess } from '../support/wine-processes';

const POLICY = 'examples/passcode.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost test '));
});

afterEach(() => rmSync(directory, { recursive: true }));

leaveNoProcess();

/** `rasshost` with arguments, until it is told to stop. */
class Rasshost {
  readonly io = new CapturedIo();
  readonly code: Promise<number>;
  readonly #stop = new AbortController();

  constructor(...args: string[]) {
    this.code = main(args, this.io, this.#stop.signal);
  }

  async call(): Promise<Caller> {
    const ended = this.code.then((code) => {
      throw new Error(`exit code ${code}: ${this.io.err}`);
    });
    ended.catch(() => {});
    let port: string | undefined;
    while (port === undefined) {
      await Promise.race([delay(20), ended]);
      port = /^listening 127\.0\.0\.1:(\d+)\n/m.exec(this.io.out)?.[1];
    }
    return new Caller(connect(Number(port), '127.0.0.1'));
  }

  stop(): Promise<number> {
    this.#stop.abort();
    return this.code;
  }
}

async function run(...args: string[]) {
  const { io, code } = new Rasshost(...args);
  return { code: await code, out: io.out, err: io.problems };
}

async function login(caller: Caller, userName: string, passcode: string): Promise<string> {
  await caller.sees('User name: ');
  caller.types(`${userName}\r`);
  await caller.sees('Passcode: ');
  caller.types(`${passcode}\r`);
  return caller.closed();
}

function trace(file: string): Record<string, unknown>[] {
  const lines = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('emulate serves the policy, traces the calls and passes the exit code on', async () => {
  const file = join(directory, 't.jsonl');
  const server = new Rasshost('emulate', POLICY, '--strict', '--trace', file);
  expect(await login(await server.call(), 'alice', '123456')).toContain('Welcome.\r\n\x7e\xff');
  expect(await login(await server.call(), 'alice', '654321')).toMatch(/Access denied\.\r\n$/);
  expect(await server.stop()).toBe(0);
  expect(server.io.err).toMatch(NOTHING_WRONG);
  expect(trace(file).flatMap(({ outcome }) => outcome ?? [])).toEqual(['success', 'failure']);
});

test('emulate --placement in-process runs the policy in the RAS process', async () => {
  const policy = join(directory, 'policy.ts');
  writeFileSync(
    policy,
    `import { definePolicy, deny } from 'rasshost';
     export default definePolicy(async () => {
       console.error('run by', process.argv[1].replace(/.*\\\\/, ''));
       return deny({ userName: 'nobody', domain: 'NOWHERE' });
     });`,
  );
  const server = new Rasshost('emulate', policy, '--placement', 'in-process', '--strict');
  await (await server.call()).closed();
  expect(await server.stop()).toBe(0);
  expect(server.io.err).toContain('run by in-process-emulator.js\n');
});

test('emulate --dll serves a security DLL that is not ours, and reports what it breaks', async () => {
  process.env['DIALOG'] = 'complete 2 0 alice CONTOSO;complete 2 0 alice CONTOSO';
  const dll = localBinary('rule_breaker.dll');
  const server = new Rasshost('emulate', '--dll', dll, '--strict', '--max-calls', '1');
  await (await server.call()).closed();
  delete process.env['DIALOG'];
  expect(await server.code).toBe(3);
});

test('what a policy writes to its console is shown', async () => {
  const policy = join(directory, 'policy.ts');
  writeFileSync(
    policy,
    `import { definePolicy, deny } from 'rasshost';
     export default definePolicy(async () => {
       console.error('back end is down');
       return deny({ userName: 'nobody', domain: 'NOWHERE' });
     });`,
  );
  const server = new Rasshost('emulate', policy, '--max-calls', '1');
  await (await server.call()).closed();
  await server.code;
  expect(server.io.err).toContain('back end is down');
});

test('emulate at a terminal says what it does from the first moment to the last', async () => {
  const terminal = new EmulatedTerminal(80, 24);
  const stream = terminal as unknown as NodeJS.WritableStream;
  const stop = new AbortController();
  const code = main(['emulate', POLICY], { stdout: stream, stderr: stream }, stop.signal);
  await until('the port', () => terminal.written.includes('port'));
  stop.abort();
  expect(await code).toBe(0);
  // There are no keys to read.
  expect(terminal.written).toMatch(/keys.* Ctrl-C stops/);
  expect(terminal.written).not.toContain('r reloads');
  // Those that take a second have their seconds behind them.
  const steps = [...terminal.written.matchAll(/⠋ ([a-z A-Z/.]*)/g)].map(([, step = '']) =>
    step.trim(),
  );
  expect(steps.filter((step, at) => step !== steps[at - 1])).toEqual([
    `loading ${POLICY}`,
    'starting Wine',
    'starting the RAS server',
    'stopping',
  ]);
});

test.each([
  [
    'a directory for tapes',
    ['--tape-directory', '/nowhere'],
    'the directory /nowhere does not exist',
  ],
  ['a log', ['--log', '/nowhere/log.txt'], 'the directory /nowhere does not exist'],
  ['a trace', ['--trace', '/nowhere/t.jsonl'], 'the directory /nowhere does not exist'],
  ['a trace that is a device', ['--trace', '/dev/null'], '/dev/null is not a file'],
  ['a trace that is a directory', ['--trace', '/tmp'], '/tmp is not a file'],
])(
  'emulate refuses %s where nothing can be written, before it starts Wine',
  async (_, args, why) => {
    const [option = ''] = args;
    const { code, out, err } = await run('emulate', POLICY, ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err.replace(/^loading .*\n/, '')).toBe(
      `rasshost: RASSHOST_E_OPTION: ${option}: ${why}\n`,
    );
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  },
);

test('emulate writes a trace through a link, and leaves the link', async () => {
  const [file, link] = [join(directory, 't.jsonl'), join(directory, 'link')];
  writeFileSync(file, 'of the last run\n');
  symlinkSync(file, link);
  const server = new Rasshost('emulate', POLICY, '--trace', link);
  await login(await server.call(), 'alice', '123456');
  expect(await server.stop()).toBe(0);
  expect(server.io.out).toMatch(/^call 1: success/m);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(trace(file).flatMap(({ outcome }) => outcome ?? [])).toEqual(['success']);
});

test('emulate --json writes the trace, with --quiet as well', async () => {
  const server = new Rasshost('emulate', POLICY, '--json', '--quiet', '--max-calls', '1');
  const port = () => /"listening":"127\.0\.0\.1:(\d+)"/.exec(server.io.out)?.[1];
  const caller = new Caller(connect(Number(await until('the port', port)), '127.0.0.1'));
  await login(caller, 'alice', '123456');
  expect(await server.code).toBe(0);
  expect(server.io.out).toMatch(/^(\{.*\}\n)+$/);
  expect(server.io.out).toContain('"outcome":"success"');
});

describe('--wine-prefix', () => {
  const there = () => join(directory, 'no-prefix');

  test.each([
    ['emulate', []],
    ['unregister', []],
    ['reload', []],
  ])('of %s names a prefix that there is', async (command, args) => {
    expect(await run(command, ...args, '--wine-prefix', there())).toEqual({
      code: 2,
      out: '',
      err: `rasshost: RASSHOST_E_OPTION: --wine-prefix: there is no Wine prefix ${there()}\n`,
    });
    expect(existsSync(there())).toBe(false);
  });

  test.each([
    ['emulate', []],
    ['register', [POLICY]],
    ['unregister', []],
    ['reload', []],
  ])('of %s is refused on Windows', async (command, args) => {
    const platform = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};
    Object.defineProperty(process, 'platform', { value: 'win32' });
    try {
      expect(await run(command, ...args, '--wine-prefix', there())).toEqual({
        code: 2,
        out: '',
        err: expect.stringContaining('RASSHOST_E_OPTION: --wine-prefix: this is Windows'),
      });
    } finally {
      Object.defineProperty(process, 'platform', platform);
    }
  });
});

test('register, a server started from the registry alone, unregister, calls without dialog (EM-02)', async () => {
  const prefix = ['--wine-prefix', join(directory, 'prefix')];
  const log = join(directory, 'log.txt');
  const options = ['--log', log, ...prefix, ...TRUST_EVERYONE];
  expect(await run('register', POLICY, ...options)).toMatchObject({ code: 0 });
  expect(await run('reload', ...prefix)).toMatchObject({
    code: 1,
    out: 'no RAS server has loaded rasshost.dll: one that starts loads the policy\n',
  });
  const registered = new Rasshost('emulate', ...prefix, '--strict');
  expect(await login(await registered.call(), 'bob', '654321')).toContain('Welcome.\r\n\x7e\xff');
  expect(await run('reload', ...prefix)).toMatchObject({
    code: 0,
    out: `requested\nEvent 1004 or 1005 in the event log and ${log} says what has come of it.\n`,
  });
  expect(await registered.stop()).toBe(0);

  expect(await run('unregister', ...prefix)).toMatchObject({ code: 0 });
  const file = join(directory, 't.jsonl');
  const bare = new Rasshost('emulate', ...prefix, '--strict', '--trace', file);
  expect(await (await bare.call()).closed()).toMatch(/^\x7e\xff/);
  expect(await bare.stop()).toBe(0);
  expect(trace(file).filter(({ call }) => call !== undefined)).toEqual([]);
});

test.each([
  ['a missing policy', 6, ['no-such.ts'], /RASSHOST_E_POLICY_NOT_FOUND: .*no-such\.ts/],
  ['a file that is no policy', 6, ['package.json'], /RASSHOST_E_POLICY_INVALID: .*package\.json/],
  ['a policy and a DLL', 2, [POLICY, '--dll', 'x.dll'], /POLICY and --dll/],
  ['a placement without a policy', 2, ['--dll', 'x', '--placement', 'worker'], /--placement needs/],
  ['nothing to serve', 2, [], /name a POLICY, or --dll PATH/],
  ['a missing node.exe', 2, [POLICY, '--node', 'C:\\no\\node.exe'], /no file C:\\no\\node\.exe/],
  ['a missing local node.exe', 2, [POLICY, '--node', '/no/node.exe'], /no file \/no\/node\.exe/],
  [
    'a missing DLL',
    2,
    ['--dll', '/no/such.dll'],
    /^rasshost: .*--dll: there is no file \/no\/such\.dll$/m,
  ],
  ['a missing DLL of Windows', 5, ['--dll', 'C:\\no\\such.dll'], /such\.dll' not found/],
  ['a file that is no DLL', 5, ['--dll', 'package.json'], /package\.json/],
  ['an unknown option', 2, [POLICY, '--no-such-option'], /--no-such-option/],
  ['a bad value', 2, [POLICY, '--receive', 'perhaps'], /perhaps/],
  ['a bad number of seconds', 2, [POLICY, '--dialog-seconds', '0'], /--dialog-seconds.*1 to 3600/],
])('emulate with %s exits with %i and names it', async (_what, code, args, message) => {
  expect(await run('emulate', ...args)).toEqual({
    code,
    out: '',
    err: expect.stringMatching(message),
  });
});

test('emulate with a policy that has a syntax error names the file', async () => {
  const policy = join(directory, 'broken.ts');
  writeFileSync(policy, 'export default {{{');
  expect(await run('emulate', policy)).toMatchObject({
    code: 6,
    err: expect.stringMatching(/RASSHOST_E_POLICY_LOAD: .*broken\.ts/),
  });
});

test('emulate at an occupied port exits with 5 and names the port', async () => {
  const first = new Rasshost('emulate', POLICY);
  await (await first.call()).sees('User name: ');
  const address = /listening (\S+)/.exec(first.io.out)?.[1] ?? '';
  expect(await run('emulate', POLICY, '--listen', address)).toMatchObject({
    code: 5,
    err: expect.stringContaining(address),
  });
  await first.stop();
});

test('a command line that is not understood exits with 2, version and help with 0', async () => {
  expect(await run('emulat')).toMatchObject({ code: 2, err: expect.stringContaining('emulate') });
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
  expect(await run('emulate', '--help')).toMatchObject({
    code: 0,
    out: expect.stringContaining('docs/emulator.md'),
  });
});
