import type { SimulatorEvent } from '../../simulator/simulator-event';

/** Silence after which the policy is no longer talking. */
const QUIET_US = 1_000_000;

/** What one dialog that goes on is doing, as far as its events tell. */
export class DialogState {
  readonly #budgetMs: number;
  #begun: number | undefined;
  #last = 0;
  #asked = false;

  /** @param budgetMs - what the security DLL allows a dialog */
  constructor(budgetMs: number) {
    this.#budgetMs = budgetMs;
  }

  take(event: SimulatorEvent): void {
    this.#begun ??= event.t;
    this.#last = event.t;
    if ('dialog' in event) this.#asked = event.dialog === 'asked';
  }

  /**
   * What to say of it at a time of the events' clock, in microseconds. A policy that is silent
   * without having asked for anything pauses, or waits for somebody else.
   */
  describe(t: number): string {
    const left = Math.ceil(this.#budgetMs / 1000 - (t - (this.#begun ?? t)) / 1_000_000);
    return `${this.#doing(t)} | ${Math.max(0, left)} s left`;
  }

  #doing(t: number): string {
    if (this.#asked) return 'waiting for the caller';
    return t - this.#last > QUIET_US ? 'pausing' : 'talking';
  }
}
