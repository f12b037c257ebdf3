// The process that loads a policy, when the command that has started it is gone.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LIFELINE_FD } from '../../lib/loading/lifeline';
import { until } from '../support/until';
import { noneLeft, processesWith } from '../support/wine-processes';

const PROGRAM = resolve(__dirname, '../../dist/loading/load-attempt.js');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost-lifeline-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** One that a failed test has left would take a processor for ever. */
const started: ChildProcess[] = [];
afterEach(() => {
  for (const { pid, exitCode, signalCode } of started.splice(0)) {
    if (pid !== undefined && exitCode === null && signalCode === null)
      process.kill(-pid, 'SIGKILL');
  }
});

/** Loads a policy as tryLoad does; `mark` is in the environment of all that this starts. */
function load(policy: string, mark = randomUUID()) {
  const file = join(directory, 'policy.ts');
  writeFileSync(file, policy);
  const child = spawn(process.execPath, [PROGRAM, file], {
    detached: true,
    env: { ...process.env, MARK: mark },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'],
  });
  started.push(child);
  return { child, mark, exited: once(child, 'exit') };
}

/** As the system does it when a command is killed. */
function letGo({ stdio }: ChildProcess): void {
  stdio[LIFELINE_FD]?.destroy();
}

test.each([
  ['loops', 'while (true) {}'],
  ['waits', 'setInterval(() => {}, 1000); await new Promise(() => {});'],
])('a policy that %s ends when its command is gone before it begins', async (_what, policy) => {
  const { child, exited } = load(policy);
  letGo(child);
  expect(await exited).toEqual([null, 'SIGKILL']);
});

test('a policy that loops ends when its command is gone while it does', async () => {
  const begun = join(directory, 'begun');
  const { child, exited } = load(
    `import { writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(begun)}, '');
     while (true) {}`,
  );
  await until('the policy to begin', () => existsSync(begun));
  letGo(child);
  expect(await exited).toEqual([null, 'SIGKILL']);
});

test('what a policy has started ends with it', async () => {
  const { child, mark, exited } = load(
    `import { execFileSync } from 'node:child_process';
     execFileSync('sleep', ['1000']);`,
  );
  await until('the program that the policy starts', () => processesWith(mark).length > 1);
  letGo(child);
  expect(await exited).toEqual([null, 'SIGKILL']);
  await noneLeft(mark);
});
