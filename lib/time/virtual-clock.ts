import { numberFrom } from '../options/kinds';
import { checkValue, readOptions, type Kinds } from '../options/read-options';
import type { Clock } from './clock';
import { MOMENT, type Moment } from './moment';

interface Timer {
  readonly due: number;
  readonly action: () => void;
}

/**
 * When a {@link VirtualClock} begins.
 * @category Time
 */
export interface VirtualClockOptions {
  /** The date at which it stands at first: a Date, or `2026-01-05T12:00Z`. Default: the present. */
  readonly at?: Moment | undefined;
}

const KINDS: Kinds<VirtualClockOptions> = { at: MOMENT };

const STRIDE = numberFrom(0);

/**
 * A clock that stands still until {@link advance} moves it, so that a time-out of a minute takes
 * no time at all. {@link dial} moves its own; move one yourself to share it among calls, or to
 * replay what has happened.
 *
 * @category Time
 * @example
 * ```ts
 * const clock = new VirtualClock({ at: '2026-01-05T12:00Z' });
 * clock.after(60_000, () => console.log('a minute is over'));
 * clock.advance(60_000);
 * console.log(clock.date().toISOString()); // 2026-01-05T12:01:00.000Z
 * ```
 */
export class VirtualClock implements Clock {
  readonly #began: number;
  #now = 0;
  /** In the order in which they are due; those of the same moment in the order of their making. */
  readonly #timers: Timer[] = [];

  /** @throws `RasshostError` RASSHOST_E_OPTION for what is no moment */
  constructor(options?: VirtualClockOptions) {
    const { at = new Date() } = readOptions('VirtualClock', options, KINDS);
    this.#began = new Date(at).getTime();
  }

  /** Milliseconds that the clock has been moved since it was made. */
  now(): number {
    return this.#now;
  }

  /** The date at which the clock stands: the first one, and what it has been moved since. */
  date(): Date {
    return new Date(this.#began + this.#now);
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
  get msUntilNext(): number | undefined {
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
    const target = this.#now + checkValue('the ms that a clock is moved on by', ms, STRIDE);
    for (let next = this.#timers[0]; next && next.due <= target; next = this.#timers[0]) {
      this.#timers.shift();
      this.#now = Math.max(this.#now, next.due);
      next.action();
    }
    this.#now = Math.max(this.#now, target);
  }
}
