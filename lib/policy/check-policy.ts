import { RasshostError } from '../errors';
import { policySelfCheck, type Policy } from './policy';

/** The longest that a self-check may take. */
const BOUND_MS = 5000;

/**
 * Runs the self-check of a policy, if it has one.
 *
 * @throws {@link RasshostError} RASSHOST_E_SELF_CHECK when it throws, or takes longer than 5 s
 */
export async function checkPolicy(policy: Policy): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${BOUND_MS / 1000} s`)), BOUND_MS);
  });
  try {
    await Promise.race([policySelfCheck(policy)?.(), late]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RasshostError('RASSHOST_E_SELF_CHECK', reason, { cause });
  } finally {
    clearTimeout(timer);
  }
}
