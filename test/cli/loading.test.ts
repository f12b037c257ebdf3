// Policies that do not finish loading, in each command that loads one, as a process of its own.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TRUST_EVERYONE } from '../support/trust-everyone';
import { until } from '../support/until';
import { noneLeft, processesWith } from '../support/wine-processes';

const MAIN = resolve(__dirname, '../../dist/cli/main.js');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost test '));
});
afterEach(() => rmSync(directory, { recursive: true }));

const END = `\nexport default definePolicy(() => fail(5));\n`;

/** What stands before {@link END}, at the top level of a policy. */
const POLICIES = {
  'that awaits what never comes': 'setTimeout(() => {}, 1e8); await new Promise(() => {});',
  'that awaits what nothing can bring': 'await new Promise(() => {});',
  'that keeps its process alive and awaits':
    'setInterval(() => {}, 10); await new Promise(() => {});',
  'that loops': 'while (true) {}',
  'that loops after a while': `await new Promise((done) => setTimeout(done, 1)); while (true) {}`,
  'that waits in a call of the system': `import { execFileSync } from 'node:child_process'; execFileSync('sleep', ['1000']);`,
  'that loops on Windows alone': `if (process.platform === 'win32') while (true) {}`,
} as const;

/** The command lines. */
const COMMANDS: Readonly<Record<string, (policy: string) => string[]>> = {
  check: (policy) => ['check', policy],
  simulate: (policy) => ['simulate', policy, '--tcp', '0'],
  replay: (policy) => ['replay', MAIN, '--policy', policy],
  try: (policy) => ['try', policy, '--simulated', 'alice'],
  'try with the emulator': (policy) => ['try', policy, 'alice'],
  emulate: (policy) => ['emulate', policy],
  register: (policy) => {
    return ['register', policy, '--wine-prefix', join(directory, 'prefix'), ...TRUST_EVERYONE];
  },
};

function start(command: string, policy: keyof typeof POLICIES, ...options: string[]) {
  const file = join(directory, 'policy.ts');
  writeFileSync(file, `import { definePolicy, fail } from 'rasshost';\n${POLICIES[policy]}${END}`);
  const mark = randomUUID();
  const args = [MAIN, ...(COMMANDS[command]?.(file) ?? []), ...options];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, MARK: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const command_ = { child, mark, file, out: '', err: '' };
  child.stdout.on('data', (text: Buffer) => (command_.out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (command_.err += text.toString()));
  return Object.assign(command_, {
    exited: once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  });
}

const cases = Object.keys(COMMANDS).flatMap((command) =>
  (Object.keys(POLICIES) as (keyof typeof POLICIES)[])
    // Other commands load it here alone, where it does load.
    .filter((policy) => policy !== 'that loops on Windows alone' || command === 'register')
    .map((policy) => [command, policy] as const),
);

test.each(cases)('%s with a policy %s says so within its bound', async (command, policy) => {
  const run = start(command, policy, '--load-seconds', '1');
  // Else nothing would have been shown of it.
  if (policy === 'that loops on Windows alone') await isLoading(run.mark, 'node.exe');
  const [code] = await run.exited;
  expect([code, run.err]).toEqual([6, expect.stringContaining('RASSHOST_E_POLICY_HANGS')]);
  expect(run.err).toMatch(
    /policy\.ts has not finished loading within 1 s|awaits what nothing is left to bring/,
  );
  await noneLeft(run.mark);
});

test.each(
  cases
    .flatMap(([command, policy]) =>
      (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(
        (signal) => [command, policy, signal] as const,
      ),
    )
    .filter(
      ([, policy, signal]) =>
        policy !== 'that awaits what nothing can bring' &&
        (signal === 'SIGINT' || policy === 'that loops'),
    ),
)('%s with a policy %s ends at once at %s', async (command, policy, signal) => {
  const run = start(command, policy, '--load-seconds', '600');
  await isLoading(run.mark, policy === 'that loops on Windows alone' ? 'node.exe' : '');
  run.child.kill(signal);
  const [code] = await run.exited;
  const expected = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal];
  expect([code, run.err]).toEqual([expected, expect.stringContaining('RASSHOST_E_STOPPED')]);
  await noneLeft(run.mark);
});

test('a command that is killed leaves no policy that loops', async () => {
  const { exited, mark, child } = start('simulate', 'that loops', '--load-seconds', '600');
  await isLoading(mark);
  child.kill('SIGKILL');
  await exited;
  await noneLeft(mark);
});

/** Waits until there is a process, run by that program, which loads the policy. */
function isLoading(mark: string, program = ''): Promise<true> {
  return until('the policy to be loaded', () =>
    processesWith(mark)
      .map(commandLine)
      .some((line) => /-attempt\.js/.test(line) && line.includes(program)),
  );
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

test.each<[what: string, policy: string, said: RegExp]>([
  ['throws undefined', 'throw undefined;', /POLICY_LOAD: .*policy\.ts: it throws undefined$/m],
  ['rejects with undefined', 'await Promise.reject();', /policy\.ts: it throws undefined$/m],
  [
    'is gone when its texts are looked for',
    `import { rmSync } from 'node:fs'; rmSync(new URL(import.meta.url));`,
    /POLICY_LOAD: .*policy\.ts: Error: ENOENT/,
  ],
])('a policy that %s is named, with exit code 6', async (_, policy, said) => {
  const file = join(directory, 'policy.ts');
  writeFileSync(file, `import { definePolicy, fail } from 'rasshost';\n${policy}${END}`);
  const child = spawn(process.execPath, [MAIN, 'check', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  expect(err).toMatch(said);
  expect(code).toBe(6);
});
