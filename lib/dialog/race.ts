import { RasshostError } from '../errors';
import { aFunction } from '../options/kinds';
import { checkValue } from '../options/read-options';
import type { Conversation } from './conversation';
import type { Dialog } from './dialog';
import { limitScope, type Scope } from './scope';
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
 * @param outer - of the dialog that the race is part of
 * @param dialogIn - makes a dialog with a scope for a contender
 */
export async function race(
  contenders: readonly Contender[],
  conversation: Conversation,
  outer: Scope,
  dialogIn: (scope: Scope) => Dialog,
): Promise<unknown> {
  if (contenders.length === 0) {
    throw new RasshostError(
      'RASSHOST_E_OPTION',
      'race was given no functions; it needs one or more',
    );
  }
  for (const [index, contender] of contenders.entries()) {
    checkValue(`contender ${index + 1} of race`, contender, aFunction());
  }
  // Nobody may begin, with a push to somebody's phone say, when there is nobody to let in.
  outer.signal.throwIfAborted();
  const { scope, close } = limitScope(outer, Infinity, conversation);
  const running = contenders.map((contender) => {
    const runner = conversation.contenders.enter();
    const leave = (): void => conversation.contenders.leave(runner);
    return { run: async () => contender(dialogIn({ ...scope, runner })), leave };
  });
  try {
    return await conversation.waiting(outer, () => orAborted(firstResult(running), scope.signal));
  } finally {
    close();
    for (const { leave } of running) leave();
  }
}

interface Running {
  readonly run: () => Promise<unknown>;
  /** It is not waited for any more. */
  readonly leave: () => void;
}

/** The first that is not `undefined`, if there is one; or the first that is thrown. */
function firstResult(running: readonly Running[]): Promise<unknown> {
  let left = running.length;
  return new Promise((resolve, reject) => {
    for (const { run, leave } of running) {
      run().then((result) => {
        leave();
        left--;
        if (result !== undefined || left === 0) resolve(result);
      }, reject);
    }
  });
}
