import type { Dialog } from '../dialog/dialog';
import { checkSteps, type Step } from './step';

/** The step that runs one or the other. @internal */
export function branch<In, A, B>(
  combinator: string,
  condition: (dialog: Dialog, input: In) => boolean | Promise<boolean>,
  then: Step<In, A>,
  otherwise: Step<In, B>,
): Step<In, A | B> {
  checkSteps(combinator, then, otherwise);
  return async (dialog, input) =>
    (await condition(dialog, input)) ? then(dialog, input) : otherwise(dialog, input);
}
