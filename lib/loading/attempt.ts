import { inspect } from 'node:util';
import { RasshostError } from '../errors';
import { endWithTheCommand } from './lifeline';
import { reloadPolicy, type LoadedPolicy } from './load-policy';
import type { LoadReport } from './load-report';

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
  endWithTheCommand();
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
    report({ step: 'failed', ...whatFailed(error, file) });
  }
}

/** Of whatever is thrown, which may be no error at all. */
function whatFailed(
  error: unknown,
  file: string,
): Pick<RasshostError, 'code'> & { detail: string } {
  if (error instanceof RasshostError) {
    const { code, message } = error;
    return { code, detail: message.replace(`${code}: `, '') };
  }
  const [what = ''] = inspect(error).split('\n');
  return { code: 'RASSHOST_E_POLICY_LOAD', detail: `${file}: ${what}` };
}
