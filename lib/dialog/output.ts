import type { Line } from './line';

/** What is to be shown to the caller, until it is sent. */
export class Output {
  readonly #line: Line;
  #pieces: Uint8Array[] = [];
  readonly #secrets: Uint8Array[] = [];

  constructor(line: Line) {
    this.#line = line;
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  /** Adds bytes, which must not change until they are sent. */
  add(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#pieces.push(bytes);
  }

  /** Adds a copy of what the caller alone may see. It is wiped when it has been sent. */
  addSecret(bytes: Uint8Array): void {
    const copy = Uint8Array.from(bytes);
    this.#secrets.push(copy);
    this.add(copy);
  }

  /** Sends all of it. What comes next has to be a Receive: see {@link Line.send}. */
  async flush(): Promise<void> {
    const bytes = Buffer.concat(this.#pieces);
    this.clear();
    try {
      await this.#line.send(bytes);
    } finally {
      bytes.fill(0);
    }
  }

  /** Drops what has not been sent. */
  clear(): void {
    this.#pieces = [];
    for (const secret of this.#secrets.splice(0)) secret.fill(0);
  }
}
