import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';
import { PATIENCE_MS } from './until';

/** The far end of a modem line. */
export class Caller {
  /** As the server's trace names it, once it is connected. */
  address = '';
  /** Everything received, one character a byte. */
  output = '';
  #seen = 0;
  #closed = false;
  readonly #changes = new EventEmitter();

  constructor(readonly socket: Socket) {
    const changed = (change: () => void) => {
      change();
      this.#changes.emit('change');
    };
    socket
      .setNoDelay(true)
      .setEncoding('latin1')
      .on('connect', () => (this.address = `127.0.0.1:${socket.localPort}`))
      .on('data', (text: string) => changed(() => (this.output += text)))
      .on('close', () => changed(() => (this.#closed = true)))
      .on('error', () => {});
  }

  /** Whether the line is down. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Waits until `text` comes after whatever was seen before. */
  async sees(text: string): Promise<void> {
    await this.#until(`${JSON.stringify(text)} after`, () => {
      const at = this.output.indexOf(text, this.#seen);
      if (at >= 0) this.#seen = at + text.length;
      return at >= 0;
    });
  }

  /** Waits until `text` has been received, or the server hangs up. Tells which. */
  async seesOrLoses(text: string): Promise<boolean> {
    const seen = () => this.output.includes(text);
    await this.#until(`${JSON.stringify(text)} in`, () => this.#closed || seen());
    return seen();
  }

  /** Types bytes, or text with a byte a character. */
  types(keys: string | Uint8Array): void {
    this.socket.write(typeof keys === 'string' ? Buffer.from(keys, 'latin1') : keys);
  }

  /** Waits for the server to hang up, and returns everything that was received. */
  async closed(): Promise<string> {
    await this.#until('the server to hang up after', () => this.#closed);
    return this.output;
  }

  hangUp(): void {
    this.socket.destroy();
  }

  /** Without looking again and again, since there can be many callers. */
  async #until(what: string, done: () => boolean): Promise<void> {
    let signal: AbortSignal | undefined;
    while (!done()) {
      if (this.#closed || signal?.aborted) {
        throw new Error(`waited in vain for ${what} ${JSON.stringify(this.output)}`);
      }
      signal = AbortSignal.timeout(PATIENCE_MS);
      await once(this.#changes, 'change', { signal }).catch(() => undefined);
    }
  }
}
