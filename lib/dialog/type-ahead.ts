/** Bytes kept at most; what a caller types ahead beyond them is lost. */
const CAPACITY = 4096;

/**
 * What a caller typed before anybody asked, in order. Bounded against callers who flood, and wiped
 * as it is taken out, since it may hold the answer to a secret question (SD-32).
 */
export class TypeAhead {
  #bytes: Buffer = Buffer.alloc(0);

  get length(): number {
    return this.#bytes.length;
  }

  push(bytes: Uint8Array): void {
    this.#replace(Buffer.concat([this.#bytes, bytes.subarray(0, CAPACITY - this.length)]));
  }

  /** Takes out the next bytes, as many as there are up to `count`. */
  take(count: number): Uint8Array {
    const taken = Uint8Array.from(this.#bytes.subarray(0, count));
    this.#replace(Buffer.from(this.#bytes.subarray(count)));
    return taken;
  }

  clear(): void {
    this.#replace(Buffer.alloc(0));
  }

  #replace(bytes: Buffer): void {
    this.#bytes.fill(0);
    this.#bytes = bytes;
  }
}
