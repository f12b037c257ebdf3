/** The caller's end of a modem line. Text is a character a byte, as in latin1. */
export abstract class CallerLine {
  /** Settles when the line is closed, and the listeners have got all that came before. */
  abstract readonly closed: Promise<unknown>;
  readonly #listeners: ((text: string) => void)[] = [];

  /** What the caller types, or the caller's program sends. */
  abstract type(text: string): void;

  /** Drops the line. */
  abstract hangUp(): void;

  /** Has `listener` called with everything that comes in from now on. It must not throw. */
  listen(listener: (text: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Gives the listeners what has come in. */
  protected show(text: string): void {
    for (const listener of this.#listeners) listener(text);
  }
}
