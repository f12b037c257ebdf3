/**
 * The time that dialogs live in: the system's, or one that tests and replays move on.
 * @category Dialogs
 */
export interface Clock {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** The present: what day it is, and what time of day. Goes back when somebody sets the clock. */
  date(): Date;
  /**
   * Runs `action` once `ms` milliseconds have passed by {@link now} (at most 2^31 - 1), and never
   * before. Returns what cancels it.
   */
  after(ms: number, action: () => void): () => void;
}

/** The longest time that a clock knows: that of Node's timers. */
export const MAX_TIMER_MS = 0x7fffffff;

/** The system's clocks: the monotonic one, and the one on the wall for the date. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after(ms, action) {
    const due = performance.now() + ms;
    const wake = (): void => {
      // Node's timers count whole milliseconds, so that they may be a fraction of one early.
      const left = due - performance.now();
      if (left > 0) timer = setTimeout(wake, Math.ceil(left));
      else action();
    };
    let timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
};
