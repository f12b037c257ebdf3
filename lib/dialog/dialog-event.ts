import {
  CallerCancelled,
  CallerHungUp,
  CallerStartedPpp,
  DialogTimeout,
  QuestionAbandoned,
  TooManyTries,
} from './errors';

/**
 * Why a question got no answer. `abandoned`: the policy went on without one, because something else
 * was first (`dialog.race`), or because it had given its verdict.
 *
 * @category The simulated server
 */
export type Unanswered =
  'timeout' | 'cancelled' | 'ppp' | 'too-many-tries' | 'abandoned' | 'hung-up' | 'failed';

/**
 * What happens in a dialog as its policy sees it, in order: for tapes, for `--explain`, for tests.
 * Echo is not in it, so that nothing tells how long a secret is.
 *
 * - `shown`: a text of the policy's, when it has been handed over to be sent
 * - `shown-secret`: a text that is secret itself, such as a PIN that was generated
 * - `asked`: a question waits for a line from now on; `secret` when nobody may see the line
 * - `answered`: the line, after editing
 * - `answered-secret`: a line that nobody may see
 * - `received`: bytes that the policy received by itself
 * - `unanswered`: the question, or the policy's own receiving, ended without an answer
 *
 * `bytes` are valid only while the observer is called, and are wiped afterwards. An observer that
 * keeps a copy has to wipe it.
 *
 * @category The simulated server
 */
export type DialogEvent =
  | { readonly kind: 'shown'; readonly text: string }
  | { readonly kind: 'shown-secret'; readonly bytes: Uint8Array }
  | { readonly kind: 'asked'; readonly secret: boolean }
  | { readonly kind: 'answered'; readonly line: string }
  | { readonly kind: 'answered-secret'; readonly as: 'secret' | 'pin'; readonly bytes: Uint8Array }
  | { readonly kind: 'received'; readonly bytes: Uint8Array }
  | { readonly kind: 'unanswered'; readonly why: Unanswered };

/** What a question failed with, in the words of an event. @internal */
export function whyUnanswered(error: unknown): Unanswered {
  if (error instanceof DialogTimeout) return 'timeout';
  if (error instanceof CallerCancelled) return 'cancelled';
  if (error instanceof CallerStartedPpp) return 'ppp';
  if (error instanceof TooManyTries) return 'too-many-tries';
  if (error instanceof QuestionAbandoned) return 'abandoned';
  return error instanceof CallerHungUp ? 'hung-up' : 'failed';
}
