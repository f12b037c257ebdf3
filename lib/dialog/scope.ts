import type { Clock } from '../time/clock';
import type { Runner } from './contenders';
import { DialogTimeout, QuestionAbandoned } from './errors';

/** The bounds within which a dialog, or a part of one, may use a conversation. */
export interface Scope {
  /** On the conversation's clock, in milliseconds. */
  readonly until: number;
  /** Aborted when it must stop. */
  readonly signal: AbortSignal;
  /** Whether it may stop while the conversation goes on. Then no Receive may last long. */
  readonly endsEarly: boolean;
  /** Who uses it; undefined outside of races. */
  readonly runner: Runner | undefined;
}

/** A scope within another one, and what ends it. */
export interface LimitedScope {
  readonly scope: Scope;
  readonly close: () => void;
}

/**
 * A scope within another one, of no more than `ms` milliseconds.
 * @param within - `talkUntil`: when nobody may talk any more, on the clock
 */
export function limitScope(
  outer: Scope,
  ms: number,
  { clock, talkUntil }: { readonly clock: Clock; readonly talkUntil: number },
): LimitedScope {
  const own = new AbortController();
  const until = Math.min(clock.now() + ms, outer.until, talkUntil);
  const cancel = clock.after(Math.max(0, until - clock.now()), () => {
    own.abort(new DialogTimeout('the time for this part of the dialog is used up'));
  });
  const signal = AbortSignal.any([outer.signal, own.signal]);
  return {
    scope: { until, signal, endsEarly: true, runner: outer.runner },
    close() {
      cancel();
      own.abort(new QuestionAbandoned('this part of the dialog is over'));
    },
  };
}
