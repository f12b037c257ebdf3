// Commands that run Windows programs, as processes of their own: however they end, none is left.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Caller, until } from '../support/ras-server';
import { TRUST_EVERYONE } from '../support/trust-everyone';
import { noneLeft, processesWith } from '../support/wine-processes';

const MAIN = resolve(__dirname, '../../dist/cli/main.js');
const PASSCODE = resolve('examples/passcode.ts');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost test '));
  mkdirSync(join(directory, 'temporary'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A command while it runs. */
class Command {
  readonly mark = randomUUID();
  readonly exited: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  stdout = '';
  stderr = '';
  readonly #process: ChildProcess;

  constructor(...args: string[]) {
    // All that it and its children make lies there, and their environments have the mark.
    const env = { ...process.env, TMPDIR: join(directory, 'temporary'), MARK: this.mark };
    this.#process = spawn(process.execPath, [MAIN, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const name of ['stdout', 'stderr'] as const) {
      this.#process[name]?.on('data', (bytes: Buffer) => (this[name] += bytes.toString('latin1')));
    }
    this.exited = once(this.#process, 'exit') as typeof this.exited;
  }

  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    return until(
      () => `${String(pattern)} in ${this.stdout}, with ${this.stderr}`,
      () => pattern.exec(this.stdout) ?? undefined,
      () => this.stdout.length + this.stderr.length,
    );
  }

  /** Waits until it runs a Windows program. */
  async runs(program: string): Promise<void> {
    await until(`the start of ${program}`, () =>
      processesWith(this.mark).some((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(program);
        } catch {
          return false;
        }
      }),
    );
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }
}

/** Answers once, and waits for ever. */
function hangingPolicy(): string {
  const policy = join(directory, 'policy.ts');
  writeFileSync(
    policy,
    `import { definePolicy } from 'rasshost';
     export default definePolicy(async (dialog) => {
       await dialog.ask('Name: ');
       return new Promise(() => {});
     });`,
  );
  return policy;
}

async function dial(command: Command): Promise<Caller> {
  const [, port] = await command.printed(/listening 127\.0\.0\.1:(\d+)/);
  return new Caller(connect(Number(port), '127.0.0.1'));
}

/** Commands that are in the middle of their work when the promise is there. */
const BUSY: Readonly<Record<string, () => Promise<Command>>> = {
  emulate: async () => {
    const command = new Command('emulate', hangingPolicy());
    await (await dial(command)).sees('Name: ');
    return command;
  },
  try: async () => {
    const command = new Command('try', hangingPolicy(), 'alice');
    await command.printed(/Name: alice/);
    return command;
  },
  'try --simulated': async () => {
    const command = new Command('try', hangingPolicy(), 'alice', '--simulated');
    await command.printed(/Name: alice/);
    return command;
  },
  register: async () => {
    const command = new Command(
      'register',
      PASSCODE,
      '--wine-prefix',
      join(directory, 'prefix'),
      ...TRUST_EVERYONE,
    );
    await command.runs('services.exe');
    return command;
  },
};

test.each([
  ['emulate', 'SIGINT', 0],
  ['emulate', 'SIGTERM', 0],
  ['emulate', 'SIGHUP', 0],
  ['try', 'SIGINT', 130],
  ['try', 'SIGTERM', 143],
  ['try --simulated', 'SIGINT', 130],
] as const)(
  '%s in a dialog ends at %s, and leaves no process and no file',
  async (name, signal, code) => {
    const command = await BUSY[name]?.();
    command?.kill(signal);
    expect(await command?.exited).toEqual([code, null]);
    // At once: it has waited for them.
    expect(processesWith(command?.mark ?? '')).toEqual([]);
    expect(readdirSync(join(directory, 'temporary'))).toEqual([]);
  },
);

test('try that is told to end while npm fetches what it needs ends npm and what npm has started', async () => {
  writeFileSync(join(directory, 'npm'), '#!/bin/sh\nsleep 1000 & wait\n', { mode: 0o755 });
  const { PATH = '', RASSHOST_WINE_HOME: home } = process.env;
  process.env['PATH'] = `${directory}:${PATH}`;
  process.env['RASSHOST_WINE_HOME'] = join(directory, 'home');
  const command = new Command('try', PASSCODE, 'alice', '123456');
  process.env['PATH'] = PATH;
  if (home === undefined) delete process.env['RASSHOST_WINE_HOME'];
  else process.env['RASSHOST_WINE_HOME'] = home;
  await command.runs('sleep');
  command.kill('SIGTERM');
  expect(await command.exited).toEqual([143, null]);
  expect(command.stderr).toMatch(/^rasshost: RASSHOST_E_STOPPED: /m);
  await noneLeft(command.mark);
});

test.each(['emulate', 'try', 'register'] as const)(
  '%s that is killed leaves no process',
  async (name) => {
    const command = await BUSY[name]?.();
    command?.kill('SIGKILL');
    expect(await command?.exited).toEqual([null, 'SIGKILL']);
    await noneLeft(command?.mark ?? '');
  },
);

test.each([
  ['try', 0, ['try', PASSCODE, 'alice', '123456']],
  ['try with a policy that does not load', 6, ['try', 'package.json', 'alice']],
  ['emulate with a DLL that is none', 5, ['emulate', '--dll', 'package.json']],
  ['register', 0, ['register', PASSCODE, '--wine-prefix', 'PREFIX', ...TRUST_EVERYONE]],
  [
    'register with a missing node.exe',
    2,
    ['register', PASSCODE, '--node', 'C:\\no\\node.exe', '--wine-prefix', 'PREFIX'],
  ],
])('%s ends with %d, and leaves no process', async (_, code, args) => {
  const prefix = join(directory, 'prefix');
  const command = new Command(...args.map((arg) => (arg === 'PREFIX' ? prefix : arg)));
  expect(await command.exited).toEqual([code, null]);
  await noneLeft(command.mark);
});

test('emulate --max-calls 1 ends after its call, and leaves no process', async () => {
  const command = new Command('emulate', PASSCODE, '--max-calls', '1');
  const caller = await dial(command);
  caller.types('alice\r123456\r');
  expect(await command.exited).toEqual([0, null]);
  expect(processesWith(command.mark)).toEqual([]);
});
