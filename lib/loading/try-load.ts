import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RasshostError } from '../errors';
import { PACKAGE_ROOT } from '../package/root';
import { killGroup } from '../windows/process-group';
import { hangs, LOAD_SECONDS, stopped, whenReached, type LoadBounds } from './load-bounds';
import type { LoadReport } from './load-report';

/** What is done with a policy that is loaded may take as long: a self-check has five seconds. */
const USE_SECONDS = 6;

/** So much of what a policy has written is shown when it has ended its process. */
const SHOWN_OUTPUT = 2_000;

/** A program that the policy has started may keep its output open for longer. */
const OUTPUT_MS = 200;

/**
 * Loads a policy in a process of its own, and ends that. A process can be ended in any case, be it
 * that the policy loops or waits in a call of the system; and it is what a worker is, while in a
 * thread process.chdir() throws, and not every native addon loads.
 *
 * @param program - one that calls `attempt`, below dist/; it is there in tests of lib/, too
 * @returns what the program makes of the policy
 * @throws {@link RasshostError} as loadPolicy; RASSHOST_E_POLICY_HANGS when loading has no end
 * within its bound, RASSHOST_E_SELF_CHECK when what follows has none, RASSHOST_E_STOPPED
 */
export async function tryLoad(
  file: string,
  { loadSeconds = LOAD_SECONDS, stop }: LoadBounds = {},
  program = 'loading/load-attempt.js',
): Promise<unknown> {
  const path = resolve(file);
  const child = fork(join(PACKAGE_ROOT, 'dist', program), [path], {
    execArgv: [],
    // Ctrl-C in the terminal is for us, who then end it.
    detached: process.platform !== 'win32',
    // The last one is the lifeline.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const output = outputOf(child);
  let report: LoadReport<unknown> | undefined;
  let problem: RasshostError | undefined;
  const boundedBy = (seconds: number, late: RasshostError): (() => void) =>
    whenReached(seconds, stop, (reason) => {
      problem ??= reason === 'late' ? late : stopped(path);
      killGroup(child);
    });
  let release = boundedBy(loadSeconds, hangs(path, loadSeconds));
  child.on('message', (next: LoadReport<unknown>) => {
    report = next;
    if (next.step !== 'loaded') return;
    release();
    const late = `${path}: its self-check has not ended within ${USE_SECONDS} s`;
    release = boundedBy(USE_SECONDS, new RasshostError('RASSHOST_E_SELF_CHECK', late));
  });
  try {
    const [code, signal] = await exited;
    if (problem !== undefined) throw problem;
    // Its last report may come after the news that it has ended.
    if (child.connected) await once(child, 'disconnect');
    if (report?.step === 'done') return report.result;
    if (report?.step === 'failed') throw new RasshostError(report.code, report.detail);
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    const what = `${path} has ended its process while it was loading, ${how}`;
    throw new RasshostError('RASSHOST_E_POLICY_LOAD', `${what}${await output()}`);
  } finally {
    release();
  }
}

/** Collects what a process writes. Returns how to get the last of it, when the process is over. */
function outputOf(child: ChildProcess): () => Promise<string> {
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      written = (written + text).slice(-SHOWN_OUTPUT);
    });
  }
  const closed = once(child, 'close');
  return async () => {
    await Promise.race([closed, delay(OUTPUT_MS)]);
    return written === '' ? '' : `, and wrote:\n${written.trimEnd()}`;
  };
}
