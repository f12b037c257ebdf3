import { TooManyTries } from './errors';

/** Counts the answers to one question that won't do. */
export class Tries {
  readonly #most: number;
  readonly #what: string;
  #failed = 0;

  /** @param what - the answers, in words: `answers that are not in the menu` */
  constructor(most: number, what: string) {
    this.#most = most;
    this.#what = what;
  }

  /** One more. @throws {@link TooManyTries} when that is as many as there may be */
  fail(): void {
    if (++this.#failed >= this.#most) throw new TooManyTries(`${this.#most} ${this.#what}`);
  }
}
