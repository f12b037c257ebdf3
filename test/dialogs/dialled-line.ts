import type { Caller } from 'rasshost/testing';
import { CallerLine } from '../../lib/simulator/caller-line';

/** The line of a caller of the testing kit. Virtual time passes while it is listened to. */
export class DialledLine extends CallerLine {
  readonly closed: Promise<void>;
  readonly #caller: Caller;

  constructor(caller: Caller) {
    super();
    this.#caller = caller;
    this.closed = this.#listen();
  }

  type(text: string): void {
    this.#caller.types(Buffer.from(text, 'latin1'));
  }

  hangUp(): void {
    this.#caller.hangsUp();
  }

  async #listen(): Promise<void> {
    // When nothing more can come, the call is over.
    const next = () =>
      this.#caller.sees(/[^]+/).then(
        ([text]) => text,
        () => undefined,
      );
    for (let text = await next(); text !== undefined; text = await next()) this.show(text);
  }
}
