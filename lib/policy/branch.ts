import type { Dialog } from '../dialog/dialog';
import { checkSteps, type Combined, type Step } from './step';

/** The step that runs one or the other. @internal */
export function branch<In, A, B>(
  combinator: string,
  condition: (dialog: Dialog, input: In) => boolean | Promise<boolean>,
  then: Step<In, A>,
  otherwise: Step<In, B>,
): Combined<In, A | B>;
export function branch(
  combinator: string,
  condition: (dialog: Dialog, input: unknown) => boolean | Promise<boolean>,
  then: Step<unknown, unknown>,
  otherwise: Step<unknown, unknown>,
): Step<unknown, unknown> {
  checkSteps(combinator, then, otherwise);
  return async (dialog, input) =>
    (await condition(dialog, input)) ? then(dialog, input) : otherwise(dialog, input);
}
