/** Turns of the event loop without a new timer that count as nothing going on. */
const QUIET_TURNS = 10;

/**
 * Makes time pass when nobody does anything: a time-out of a minute comes at once, in its order.
 * For tests that do no real I/O. Call it at the top of a file or a describe.
 */
export function useVirtualTime(): void {
  let step: NodeJS.Immediate;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'clearImmediate', 'nextTick'] });
    const timers = jest.spyOn(globalThis, 'setTimeout');
    let quietTurns = 0;
    let seen = 0;
    const turn = (): void => {
      const made = timers.mock.calls.length;
      quietTurns = made === seen ? quietTurns + 1 : 0;
      seen = made;
      if (quietTurns >= QUIET_TURNS) {
        quietTurns = 0;
        jest.advanceTimersToNextTimer();
      }
      step = setImmediate(turn);
    };
    step = setImmediate(turn);
  });

  afterEach(() => {
    clearImmediate(step);
    jest.restoreAllMocks();
    jest.useRealTimers();
  });
}
