import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { RasshostError } from '../errors';
import { killGroup } from './process-group';
import type { RunResult } from './windows-host';

/** The exit code of a child that has exited, in the shells' manner when a signal ended it. */
export function exitCode(child: ChildProcess): number {
  if (child.signalCode !== null) return 128 + constants.signals[child.signalCode];
  return child.exitCode ?? 1;
}

/** How a program is run. */
export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Aborted when the program is to end before it does so by itself. */
  readonly stop?: AbortSignal | undefined;
  /** How it is ended then. By default it is killed, with what it has started. */
  readonly end?: (child: ChildProcess) => void;
}

/**
 * Runs a program to its end with its output in files: node.exe under Wine can't write to a pipe
 * of Linux, and a process that the program leaves behind would keep a pipe open.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { stop, end = killGroup, ...options }: RunOptions = {},
): Promise<RunResult> {
  const directory = await mkdtemp(join(tmpdir(), 'rasshost-run-'));
  const stdout = await open(join(directory, 'stdout'), 'w+');
  const stderr = await open(join(directory, 'stderr'), 'w+');
  try {
    const child = spawn(program, args, {
      ...options,
      stdio: ['ignore', stdout.fd, stderr.fd],
      // Ctrl-C in the terminal is for us, who then end it.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const onStop = (): void => end(child);
    stop?.addEventListener('abort', onStop);
    if (stop?.aborted === true) onStop();
    await once(child, 'exit').finally(() => stop?.removeEventListener('abort', onStop));
    return {
      code: exitCode(child),
      stdout: await readFile(join(directory, 'stdout'), 'utf8'),
      stderr: await readFile(join(directory, 'stderr'), 'utf8'),
    };
  } finally {
    await Promise.all([stdout.close(), stderr.close()]);
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Runs a program that sets up what Windows programs need here.
 *
 * @throws RasshostError RASSHOST_E_WINE when it can't be started, or fails: then with its output
 */
export async function runSetUp(
  what: string,
  [program, ...args]: readonly [string, ...string[]],
  options: Pick<RunOptions, 'env' | 'cwd' | 'stop'>,
): Promise<void> {
  const { code, stdout, stderr } = await runProgram(program, args, options).catch(
    (cause: unknown) => {
      const problem = `${what}: ${program} can't be started: ${(cause as Error).message}`;
      throw new RasshostError('RASSHOST_E_WINE', problem, { cause });
    },
  );
  if (code === 0) return;
  throw new RasshostError('RASSHOST_E_WINE', `${what}: exit code ${code}\n${stdout}${stderr}`);
}
