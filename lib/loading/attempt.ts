import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { RasshostError } from '../errors';
import { reloadPolicy, type LoadedPolicy } from './load-policy';
import type { LoadReport } from './load-report';
import { ownGroup } from './own-group';

/** How often this process looks whether the command that has started it is still there. */
const LOOK_MS = 250;

/**
 * What a process does that {@link tryLoad} has started: loads the policy that its argument names,
 * and does something with it. The result goes to the parent as JSON.
 */
export async function attempt<T>(use: (loaded: LoadedPolicy) => T | Promise<T>): Promise<void> {
  const [, , file = ''] = process.argv;
  const report = (made: LoadReport<T>): void => {
    process.send?.(made, () => {
      // The policy's timers and connections are nobody's any more.
      if (made.step !== 'loaded') process.exit();
    });
  };
  endWith(process.ppid);
  // As in the worker, where such a promise ends nobody's call.
  process.on('unhandledRejection', (reason) => process.stderr.write(`${inspect(reason)}\n`));
  process.once('beforeExit', () => {
    const detail = `${file} awaits what nothing is left to bring`;
    report({ step: 'failed', code: 'RASSHOST_E_POLICY_HANGS', detail });
  });
  try {
    const loaded = await reloadPolicy(file, []);
    report({ step: 'loaded' });
    report({ step: 'done', result: await use(loaded) });
  } catch (error) {
    const { code, message } = error as RasshostError;
    report({ step: 'failed', code, detail: message.replace(`${code}: `, '') });
  }
}

/**
 * Ends this process when that one is gone, which has been killed then. It takes a thread of its
 * own, to which a policy that loops leaves time.
 */
function endWith(pid: number): void {
  const program = `setInterval(() => {
    try { process.kill(${pid}, 0); } catch { process.kill(${ownGroup(process.pid)}, 'SIGKILL'); }
  }, ${LOOK_MS})`;
  new Worker(program, { eval: true }).unref();
}
