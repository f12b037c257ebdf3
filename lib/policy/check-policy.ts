import { within } from '../dialog/within';
import { RasshostError } from '../errors';
import { SYSTEM_CLOCK } from '../time/clock';
import { policySelfCheck, type Policy } from './policy';

/** The longest that a self-check may take. */
const MOST_SECONDS = 5;

/**
 * Runs the self-check of a policy, if it has one.
 *
 * @throws {@link RasshostError} RASSHOST_E_SELF_CHECK when it throws, or takes longer than 5 s
 */
export async function checkPolicy(policy: Policy): Promise<void> {
  const selfCheck = policySelfCheck(policy);
  if (!selfCheck) return;
  try {
    await within(SYSTEM_CLOCK, MOST_SECONDS, () => selfCheck());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RasshostError('RASSHOST_E_SELF_CHECK', reason, { cause });
  }
}
