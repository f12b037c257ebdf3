import { wholeNumber } from '../options/kinds';
import { checkValue } from '../options/read-options';
import { checkSteps, type Combined, type Decided, type DecidedBy, type Step } from './step';

/**
 * Runs a step until it decides (yields something else than `undefined`), at most `count` times,
 * each time with the same input; then runs `otherwise`, which has to decide. Every undecided run
 * counts, also one with the same wrong answer as before. What a run throws ends the policy.
 *
 * @category Combinators
 * @param count - a whole number from 1 on
 * @throws {@link RasshostError} RASSHOST_E_OPTION for another count, or something else than steps
 *
 * @example
 * ```ts
 * import { attempts, definePolicy, deny, grant } from 'rasshost';
 *
 * const alice = { userName: 'alice', domain: 'CONTOSO' };
 *
 * export default definePolicy(
 *   attempts(
 *     3,
 *     async (dialog) => {
 *       const passcode = await dialog.askSecret('Passcode: ');
 *       if (passcode.equals('123456')) return grant(alice);
 *       dialog.print('Wrong passcode.\r\n');
 *       return undefined;
 *     },
 *     () => deny(alice),
 *   ),
 * );
 * ```
 */
export function attempts<In, Out, Z extends Decided>(
  count: number,
  step: Step<In, Out>,
  otherwise: Step<In, Z>,
): Combined<In, DecidedBy<Out> | Z>;
export function attempts(
  count: number,
  step: Step<unknown, unknown>,
  otherwise: Step<unknown, unknown>,
): Step<unknown, unknown> {
  checkValue('the count of attempts', count, wholeNumber(1));
  checkSteps('attempts', step, otherwise);
  return async (dialog, input) => {
    for (let run = 1; run <= count; run++) {
      const value = await step(dialog, input);
      if (value !== undefined) return value;
    }
    return otherwise(dialog, input);
  };
}
