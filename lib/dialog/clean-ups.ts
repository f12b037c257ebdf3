import type { RasTransaction } from '../rasman/transaction';

/** What has to be done before the server may use the port again, however the dialog ends (SD-24). */
export class CleanUps {
  readonly #transaction: RasTransaction;
  readonly #cleanUps: (() => Promise<void>)[] = [];

  constructor(transaction: RasTransaction) {
    this.#transaction = transaction;
  }

  add(cleanUp: () => Promise<void>): void {
    if (this.#cleanUps.length === 0) this.#transaction.hold();
    this.#cleanUps.push(cleanUp);
  }

  /** Runs them, the last first, when the call is over, and lets it end. Yields what they threw. */
  async run(ended: Promise<unknown>): Promise<unknown[]> {
    if (this.#cleanUps.length === 0) return [];
    await ended;
    const errors: unknown[] = [];
    for (const cleanUp of this.#cleanUps.reverse()) {
      try {
        await cleanUp();
      } catch (error) {
        errors.push(error);
      }
    }
    this.#transaction.release();
    return errors;
  }
}
