/**
 * How PPP frames begin (RFC 1662): flag, all stations, unnumbered information; with the last one
 * escaped, as everybody sends it before the link is negotiated, or plain.
 */
const BEGINNINGS = [
  [0x7e, 0xff, 0x7d, 0x23],
  [0x7e, 0xff, 0x03],
] as const;

/**
 * Recognises that the caller's machine has begun PPP: whoever sat at the terminal window has
 * pressed Done, or there never was one (SD-31). No text has these bytes in a row.
 */
export class PppDetector {
  #recent: number[] = [];

  /** Takes the next byte; true when it completes the beginning of a frame. */
  feed(byte: number): boolean {
    this.#recent = [...this.#recent.slice(-3), byte];
    return BEGINNINGS.some((beginning) =>
      beginning.every((expected, at) => this.#recent.at(at - beginning.length) === expected),
    );
  }
}
