import { checkSteps, type Combined, type Step, type Undecided } from './step';
import { isVerdict, type Verdict } from './verdict';

/**
 * Runs one step after the other. Each step gets what the step before has yielded. If a step yields a
 * verdict, the chain ends there. A chain is itself a step: it takes what its first step takes, and
 * yields what its last step yields. So if its last step may yield something other than a verdict, the
 * chain does not compile as a policy.
 *
 * @category Combinators
 * @throws {@link RasshostError} RASSHOST_E_OPTION when made of something else than functions
 *
 * @example
 * ```ts
 * import { chain, definePolicy, deny, grant } from 'rasshost';
 *
 * export default definePolicy(
 *   chain(
 *     async (dialog) => ({ userName: await dialog.ask('User name: '), domain: 'CONTOSO' }),
 *     async (dialog, user) => {
 *       const passcode = await dialog.askSecret('Passcode: ');
 *       return passcode.equals('123456') ? grant(user) : deny(user);
 *     },
 *   ),
 * );
 * ```
 */
export function chain<In, A, Z>(first: Step<In, A>, last: Step<Undecided<A>, Z>): Chained<In, A, Z>;
export function chain<In, A, B, Z>(
  first: Step<In, A>,
  second: Step<Undecided<A>, B>,
  last: Step<Undecided<B>, Z>,
): Chained<In, A | B, Z>;
export function chain<In, A, B, C, Z>(
  first: Step<In, A>,
  second: Step<Undecided<A>, B>,
  third: Step<Undecided<B>, C>,
  last: Step<Undecided<C>, Z>,
): Chained<In, A | B | C, Z>;
export function chain<In, A, B, C, D, Z>(
  first: Step<In, A>,
  second: Step<Undecided<A>, B>,
  third: Step<Undecided<B>, C>,
  fourth: Step<Undecided<C>, D>,
  last: Step<Undecided<D>, Z>,
): Chained<In, A | B | C | D, Z>;
export function chain<In, A, B, C, D, E, Z>(
  first: Step<In, A>,
  second: Step<Undecided<A>, B>,
  third: Step<Undecided<B>, C>,
  fourth: Step<Undecided<C>, D>,
  fifth: Step<Undecided<D>, E>,
  last: Step<Undecided<E>, Z>,
): Chained<In, A | B | C | D | E, Z>;
export function chain(...steps: Step<unknown, unknown>[]): Step<unknown, unknown> {
  checkSteps('chain', ...steps);
  return async (dialog, input) => {
    let value = input;
    for (const step of steps) {
      value = await step(dialog, value);
      if (isVerdict(value)) break;
    }
    return value;
  };
}

/** A {@link chain}: any of its steps may give a verdict, and the last one may yield more. */
export type Chained<In, Earlier, Last> = Combined<In, Extract<Earlier, Verdict> | Last>;
