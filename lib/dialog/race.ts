import { RasshostError } from '../errors';
import { aFunction } from '../options/kinds';
import { checkValue } from '../options/read-options';
import type { Dialog } from './dialog';
import type { LimitedDialog } from './scoped-dialog';
import { orAborted } from './turns';

/**
 * A function that takes part in a {@link Dialog.race}. It drops out by yielding `undefined`.
 * @category Dialogs
 */
export type Contender = (dialog: Dialog) => unknown;

/**
 * What a race yields: the result of one of its contenders. It can be `undefined` only if each of the
 * contenders may drop out.
 */
export type Winner<Contenders extends readonly Contender[]> = true extends {
  [Index in keyof Contenders]: undefined extends Result<Contenders[Index]> ? false : true;
}[number]
  ? Exclude<Result<Contenders[number]>, undefined>
  : Result<Contenders[number]>;

type Result<One extends Contender> = Awaited<ReturnType<One>>;

/**
 * See {@link Dialog.race}.
 * @param part - the dialog of the contenders, which is closed when the race is over
 * @internal
 */
export async function race(
  part: LimitedDialog,
  contenders: readonly Contender[],
): Promise<unknown> {
  try {
    if (contenders.length === 0) {
      throw new RasshostError(
        'RASSHOST_E_OPTION',
        'race was given no functions; it needs one or more',
      );
    }
    for (const [index, contender] of contenders.entries()) {
      checkValue(`contender ${index + 1} of race`, contender, aFunction());
    }
    // No contender may begin, with a push to somebody's phone say, when there is nobody to let in.
    part.dialog.signal.throwIfAborted();
    return await orAborted(firstResult(part.dialog, contenders), part.dialog.signal);
  } finally {
    part.close();
  }
}

/** The first that is not `undefined`, if there is one; or the first that is thrown. */
function firstResult(dialog: Dialog, contenders: readonly Contender[]): Promise<unknown> {
  let left = contenders.length;
  return new Promise((resolve, reject) => {
    for (const contender of contenders) {
      run(contender, dialog).then((result) => {
        left--;
        if (result !== undefined || left === 0) resolve(result);
      }, reject);
    }
  });
}

/** Async, so that what a contender throws before its first await is a rejection as well. */
async function run(contender: Contender, dialog: Dialog): Promise<unknown> {
  return contender(dialog);
}
