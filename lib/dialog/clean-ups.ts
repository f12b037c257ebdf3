import type { RasTransaction } from '../rasman/transaction';
import type { Clock } from '../time/clock';
import { within } from './within';

/** The longest that a clean-up can have: more than that is no value for HoldSeconds. */
const MOST_SECONDS = 600;

type CleanUp = (signal: AbortSignal) => Promise<void>;

/** What has to be done before the server may use the port again, however the dialog ends (SD-24). */
export class CleanUps {
  readonly #transaction: RasTransaction;
  readonly #clock: Clock;
  readonly #cleanUps: CleanUp[] = [];

  constructor(transaction: RasTransaction, clock: Clock) {
    this.#transaction = transaction;
    this.#clock = clock;
  }

  add(cleanUp: CleanUp): void {
    if (this.#cleanUps.length === 0) this.#transaction.hold();
    this.#cleanUps.push(cleanUp);
  }

  /**
   * Runs them, the last first, when the call is over, and lets it end. Yields what they threw. One
   * that never ends is given up, since all that belongs to the dialog would stay in memory.
   */
  async run(ended: Promise<unknown>): Promise<unknown[]> {
    if (this.#cleanUps.length === 0) return [];
    await ended;
    const errors: unknown[] = [];
    for (const cleanUp of this.#cleanUps.reverse()) {
      try {
        await within(this.#clock, MOST_SECONDS, cleanUp);
      } catch (error) {
        errors.push(error);
      }
    }
    this.#transaction.release();
    return errors;
  }
}
