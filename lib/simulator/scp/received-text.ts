import type { Clock } from '../../time/clock';
import type { CallerLine } from '../caller-line';
import type { ScriptErrors } from './script-error';

/** One of the texts that a script waits for. */
export interface Awaited {
  readonly text: string;
  readonly matchCase: boolean;
}

/** Which of the texts came, by its index; or why none did. */
export type Arrival = number | 'timeout' | 'closed';

/** How long something is waited for: in all, or as long as the other end is silent. */
export interface Limit {
  readonly of: 'all' | 'silence';
  readonly seconds: number;
}

/** What has come in on a line, for a script to wait for texts in it, one after the other. */
export class ReceivedText {
  readonly #clock: Clock;
  /** What has come since the text that was waited for last. */
  #rest = '';
  #closed = false;
  #check = (): void => undefined;

  constructor(line: CallerLine, clock: Clock) {
    this.#clock = clock;
    line.listen((text) => {
      this.#rest += text;
      this.#check();
    });
    void line.closed.then(() => {
      this.#closed = true;
      this.#check();
    });
  }

  /** What has come since the text that was waited for last. */
  get rest(): string {
    return this.#rest;
  }

  /** Waits for the text that comes first. */
  waitFor(texts: readonly Awaited[], limit: Limit): Promise<Arrival> {
    return new Promise((resolve) => {
      const giveUp = (): (() => void) =>
        this.#clock.after(limit.seconds * 1000, () => end('timeout'));
      let cancel = giveUp();
      const end = (arrival: Arrival): void => {
        this.#check = () => undefined;
        cancel();
        resolve(arrival);
      };
      this.#check = () => {
        const index = this.#take(texts);
        if (index !== undefined) end(index);
        else if (this.#closed) end('closed');
        else if (limit.of === 'silence') {
          cancel();
          cancel = giveUp();
        }
      };
      this.#check();
    });
  }

  /**
   * Waits for the end of the call, when a script has nothing more to do.
   * @throws what `fail` makes, when nothing has come for so many seconds
   */
  async waitForEnd(fail: ScriptErrors, seconds: number): Promise<void> {
    const end = await this.waitFor([], { of: 'silence', seconds });
    if (end !== 'timeout') return;
    const saw = JSON.stringify(this.#rest);
    throw fail(
      undefined,
      `the script has ended, but not the call: ${seconds} s of silence after ${saw}`,
    );
  }

  #take(texts: readonly Awaited[]): number | undefined {
    let first: { readonly index: number; readonly at: number } | undefined;
    for (const [index, { text, matchCase }] of texts.entries()) {
      const at = matchCase
        ? this.#rest.indexOf(text)
        : this.#rest.toLowerCase().indexOf(text.toLowerCase());
      if (at >= 0 && (first === undefined || at < first.at)) first = { index, at };
    }
    if (first === undefined) return undefined;
    const { text = '' } = texts[first.index] ?? {};
    this.#rest = this.#rest.slice(first.at + text.length);
    return first.index;
  }
}
