import { checkSteps, type Combined, type Decided, type DecidedBy, type Step } from './step';

/**
 * Runs one step after the other, each with the same input, until one of them decides. A step decides
 * if it yields something other than `undefined`. The last step has to decide. If a step throws, that
 * is not "undecided": it ends the policy.
 *
 * @category Combinators
 * @throws {@link RasshostError} RASSHOST_E_OPTION when made of something else than functions
 *
 * @example
 * ```ts
 * import { chain, definePolicy, deny, firstOf, grant, type Identity } from 'rasshost';
 *
 * const guests = new Map([['guest', 'welcome']]);
 *
 * export default definePolicy(
 *   chain(
 *     async (dialog): Promise<Identity> => ({
 *       userName: await dialog.ask('User name: '),
 *       domain: 'CONTOSO',
 *     }),
 *     firstOf(
 *       async (dialog, user) => {
 *         const expected = guests.get(user.userName);
 *         if (expected === undefined) return undefined;
 *         const word = await dialog.askSecret('Password of the day: ');
 *         return word.equals(expected) ? grant(user) : deny(user);
 *       },
 *       (_, user) => deny(user),
 *     ),
 *   ),
 * );
 * ```
 */
export function firstOf<In, A, Z extends Decided>(
  first: Step<In, A>,
  last: Step<In, Z>,
): Combined<In, DecidedBy<A> | Z>;
export function firstOf<In, A, B, Z extends Decided>(
  first: Step<In, A>,
  second: Step<In, B>,
  last: Step<In, Z>,
): Combined<In, DecidedBy<A | B> | Z>;
export function firstOf<In, A, B, C, Z extends Decided>(
  first: Step<In, A>,
  second: Step<In, B>,
  third: Step<In, C>,
  last: Step<In, Z>,
): Combined<In, DecidedBy<A | B | C> | Z>;
export function firstOf<In, A, B, C, D, Z extends Decided>(
  first: Step<In, A>,
  second: Step<In, B>,
  third: Step<In, C>,
  fourth: Step<In, D>,
  last: Step<In, Z>,
): Combined<In, DecidedBy<A | B | C | D> | Z>;
export function firstOf(...steps: Step<unknown, unknown>[]): Step<unknown, unknown> {
  checkSteps('firstOf', ...steps);
  return async (dialog, input) => {
    for (const step of steps) {
      const value = await step(dialog, input);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}
