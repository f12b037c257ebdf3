// Signals to commands that need no Windows, as processes of their own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Caller } from '../support/caller';
import { until } from '../support/until';

const MAIN = resolve(__dirname, '../../dist/cli/main.js');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost-signals-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Ends what a failed test has left behind. */
const cleanUps: (() => void)[] = [];
afterEach(() => cleanUps.splice(0).forEach((cleanUp) => cleanUp()));

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** A policy that asks once, and what else is said of it. */
function policy(rest = '', options = ''): string {
  return file(
    'policy.ts',
    `import { definePolicy, deny } from 'rasshost';
     export default definePolicy(async (dialog) => {
       await dialog.ask('Name: ');
       ${rest}
       return deny();
     }, {${options}});`,
  );
}

function start(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args, '--load-seconds', '600'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanUps.push(() => child.kill('SIGKILL'));
  const command = { out: '', err: '' };
  child.stdout.on('data', (text: Buffer) => (command.out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (command.err += text.toString()));
  const exited = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  return Object.assign(command, {
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    says: (text: string) =>
      until(
        () => `${text} in ${command.out}${command.err}`,
        () => (command.out + command.err).includes(text),
        () => command.out.length + command.err.length,
      ),
    code: async () => (await exited)[0],
  });
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'simulate --script that %s stops ends with %i, and blames no script',
  async (signal, code) => {
    const script = file('x.txt', 'expect "never"');
    const command = start('simulate', policy(), '--script', script, '--patience-seconds', '600');
    await command.says('Name: ');
    command.kill(signal);
    expect(await command.code()).toBe(code);
    expect(command.err).toMatch(/^rasshost: RASSHOST_E_STOPPED: .*\n$/m);
    expect(command.err).not.toContain('RASSHOST_E_SCRIPT');
  },
);

describe('simulate --script --watch', () => {
  const watch = (script: string) => start('simulate', policy(), '--script', script, '--watch');

  test('that is stopped after a script has failed ends with the code of the failure', async () => {
    const command = watch(file('x.txt', 'expect-outcome success\nexpect "Name: "\nsend "a\\r"'));
    await command.says('outcome success, not failure');
    command.kill('SIGINT');
    expect(await command.code()).toBe(5);
  });

  test('that is stopped ends with the outcome of the last call', async () => {
    const command = watch(file('x.txt', 'expect "Name: "\nsend "a\\r"'));
    await command.says('call 1: failure');
    command.kill('SIGINT');
    expect(await command.code()).toBe(1);
  });

  test('that is stopped in its first call ends with the code of the signal', async () => {
    const command = watch(file('x.txt', 'expect "never"'));
    await command.says('Name: ');
    command.kill('SIGINT');
    expect(await command.code()).toBe(130);
  });
});

test('simulate --tcp --once that is stopped before a call, or in it, ends with the code of the signal', async () => {
  for (const dials of [false, true]) {
    const command = start('simulate', policy(), '--tcp', '0', '--once');
    await command.says('listening');
    const port = Number(/:(\d+)/.exec(command.out)?.[1]);
    const caller = dials ? new Caller(connect(port, '127.0.0.1')) : undefined;
    await caller?.sees('Name: ');
    command.kill('SIGTERM');
    expect(await command.code()).toBe(143);
  }
});

test('simulate --tcp, a server, that is stopped ends with 0', async () => {
  const command = start('simulate', policy(), '--tcp', '0');
  await command.says('listening');
  command.kill('SIGTERM');
  expect(await command.code()).toBe(0);
  expect(command.err).not.toContain('rasshost: ');
});

test('replay that is stopped in the middle of a tape plays no further one', async () => {
  const tapes = ['a.tape', 'b.tape'].map((name) => join(directory, name));
  for (const tape of tapes) {
    const script = file('x.txt', 'expect "Name: "\nsend "a\\r"');
    await start('simulate', policy(), '--script', script, '--record', tape).code();
  }
  const slow = policy(`console.log('playing'); await new Promise((r) => setTimeout(r, 1e6));`);
  const command = start('replay', ...tapes, '--policy', slow);
  await command.says('playing');
  command.kill('SIGINT');
  expect([await command.code(), command.out]).toEqual([130, '']);
  expect(command.err.match(/playing/g)).toHaveLength(1);
});

test.each(['simulate', 'try'])(
  'a second signal ends %s, whose onOutcome never settles, at once',
  async (name) => {
    const hangs = policy('', `onOutcome: () => new Promise((r) => setTimeout(r, 1e6))`);
    const script = file('x.txt', 'expect "Name: "\nsend "a\\r"');
    const command =
      name === 'simulate'
        ? start('simulate', hangs, '--script', script)
        : start('try', hangs, '--simulated', 'alice');
    await command.says('Name: ');
    // One is not enough, and the same key twice is one.
    command.kill('SIGINT');
    command.kill('SIGINT');
    await command.says('stopping; Ctrl-C once more ends at once');
    expect(command.hasEnded()).toBe(false);
    await until('the end', () => {
      command.kill('SIGTERM');
      return command.hasEnded();
    });
    expect(await command.code()).toBe(143);
  },
);
