import type { Dialog } from '../dialog/dialog';
import { DialogTimeout } from '../dialog/errors';
import { internalsOf } from '../dialog/scoped-dialog';
import { orAborted } from '../dialog/turns';
import { numberAbove, required } from '../options/kinds';
import { readOptions, type Kinds } from '../options/read-options';
import { MAX_TIMER_MS } from '../time/clock';
import { checkSteps, type Combined, type Step } from './step';

/**
 * How {@link withDeadline} bounds a step.
 * @category Combinators
 */
export interface DeadlineOptions {
  /** More than 0; need not be whole. What is left of the dialog's own time bounds it further. */
  readonly seconds: number;
}

const KINDS: Kinds<DeadlineOptions> = { seconds: required(numberAbove(0, MAX_TIMER_MS / 1000)) };

/**
 * Bounds a step. The dialog that the step gets has a `signal` and `remainingSeconds` of its own, and
 * fails with {@link DialogTimeout} from the deadline on: a step that goes on all the same can't talk
 * to the caller any more, and what it yields late is dropped. Steps must use the dialog that they
 * are given, not one from around them.
 *
 * `otherwise` runs when the step was not done in time, and also when one of its prompts had a
 * shorter time-out which was not caught. Without it the {@link DialogTimeout} ends the policy, as a
 * FAILURE (SD-11). The step's questions wait for the caller in Receives of two seconds, which can't be
 * taken back. So what `otherwise` shows may come up to two seconds late.
 *
 * @category Combinators
 * @throws {@link RasshostError} RASSHOST_E_OPTION for other seconds, or something else than steps
 *
 * @example
 * ```ts
 * import { definePolicy, deny, grant, withDeadline } from 'rasshost';
 *
 * const alice = { userName: 'alice', domain: 'CONTOSO' };
 *
 * export default definePolicy(
 *   withDeadline(
 *     { seconds: 30 },
 *     async (dialog) =>
 *       (await dialog.askSecret('Passcode: ')).equals('123456') ? grant(alice) : deny(alice),
 *     (dialog) => {
 *       dialog.print('\r\nToo late.\r\n');
 *       return deny(alice);
 *     },
 *   ),
 * );
 * ```
 */
export function withDeadline<In, A>(options: DeadlineOptions, step: Step<In, A>): Combined<In, A>;
export function withDeadline<In, A, Z>(
  options: DeadlineOptions,
  step: Step<In, A>,
  otherwise: Step<In, Z>,
): Combined<In, A | Z>;
export function withDeadline(
  options: DeadlineOptions,
  step: Step<unknown, unknown>,
  otherwise?: Step<unknown, unknown>,
): Step<unknown, unknown> {
  const { seconds } = readOptions('withDeadline', options, KINDS);
  checkSteps('withDeadline', step, otherwise ?? step);
  return async (dialog, input) => {
    const internals = internalsOf(dialog);
    dialog.signal.throwIfAborted();
    const part = internals.limited(Math.min(seconds, dialog.remainingSeconds) * 1000);
    try {
      return await orAborted(run(step, part.dialog, input), part.dialog.signal);
    } catch (error) {
      if (!otherwise || !(error instanceof DialogTimeout) || dialog.signal.aborted) throw error;
    } finally {
      part.close();
    }
    await internals.settle();
    return otherwise(dialog, input);
  };
}

/** Async, so that what a step throws before its first await is a rejection as well. */
async function run(step: Step<unknown, unknown>, dialog: Dialog, input: unknown): Promise<unknown> {
  return step(dialog, input);
}
