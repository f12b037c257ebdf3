import type { Clock } from './clock';
import { RasshostError } from '../errors';

interface Timer {
  readonly due: number;
  readonly action: () => void;
}

/**
 * A clock that stands still until {@link advance} moves it, so that a time-out of a minute takes
 * no time at all. {@link dial} moves its own; move one yourself to share it among calls, or to
 * replay what has happened.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock();
 * clock.after(60_000, () => console.log('a minute is over'));
 * clock.advance(60_000);
 * ```
 */
export class VirtualClock implements Clock {
  #now = 0;
  /** In the order in which they are due; those of the same moment in the order of their making. */
  readonly #timers: Timer[] = [];

  /** Milliseconds that the clock has been moved since it was made. */
  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { due: this.#now + ms, action };
    const later = this.#timers.findIndex(({ due }) => due > timer.due);
    this.#timers.splice(later < 0 ? this.#timers.length : later, 0, timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
    };
  }

  /** Milliseconds until the next action is due; undefined when none is. */
  get untilNext(): number | undefined {
    const [next] = this.#timers;
    return next && next.due - this.#now;
  }

  /**
   * Lets milliseconds pass: runs what becomes due, each at its moment, also what such an action
   * puts on the clock. What an action wakes with a promise runs after this call.
   *
   * @throws `RasshostError` RASSHOST_E_OPTION for less than 0, since time never goes back
   */
  advance(ms: number): void {
    if (!(ms >= 0 && ms < Infinity)) {
      throw new RasshostError(
        'RASSHOST_E_OPTION',
        `a clock is moved on by 0 ms or more, not ${ms}`,
      );
    }
    const target = this.#now + ms;
    for (let next = this.#timers[0]; next && next.due <= target; next = this.#timers[0]) {
      this.#timers.shift();
      this.#now = Math.max(this.#now, next.due);
      next.action();
    }
    this.#now = Math.max(this.#now, target);
  }
}
