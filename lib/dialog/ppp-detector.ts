/**
 * How PPP frames begin (RFC 1662): flag, all stations, unnumbered information; with the last one
 * escaped, as everybody sends it before the link is negotiated, or plain.
 */
const ESCAPED = 0x7eff7d23;
const PLAIN = 0x7eff03;

/**
 * Recognises that the caller's machine has begun PPP: whoever sat at the terminal window has
 * pressed Done, or there never was one (SD-31). No text has these bytes in a row.
 */
export class PppDetector {
  // The last four bytes in one number, so that keys of a secret leave no copies in memory.
  #recent = 0;

  /** Takes the next byte; true when it completes the beginning of a frame. */
  feed(byte: number): boolean {
    this.#recent = (this.#recent << 8) | byte;
    return this.#recent === ESCAPED || (this.#recent & 0xffffff) === PLAIN;
  }

  /** Forgets the last bytes. */
  wipe(): void {
    this.#recent = 0;
  }
}
