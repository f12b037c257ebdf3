/** The time that dialogs live in: the system's, or one that tests and replays move on. */
export interface Clock {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /**
   * Runs `action` once `ms` milliseconds have passed (at most 2^31 - 1). Returns what cancels it.
   */
  after(ms: number, action: () => void): () => void;
}

/** The system's monotonic clock. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};
