const ESC = 0x1b;
const OPENING_BRACKET = 0x5b;
const CAPITAL_O = 0x4f;

/**
 * Recognises what a terminal sends for arrow keys, function keys and the like (ECMA-48): a control
 * sequence (CSI, `ESC [`) or a single shift (SS3, `ESC O`). Otherwise the arrow up would add `[A` to
 * a line. In a secret nobody would see that.
 */
export class EscapeSequence {
  #state: 'none' | 'escape' | 'control' | 'controlled' | 'shift' = 'none';

  /** Takes the next byte; true when it is part of a sequence, and no key by itself. */
  takes(byte: number): boolean {
    if (byte === ESC) {
      this.#state = 'escape';
      return true;
    }
    const isPart = this.#isPart(byte);
    if (!isPart) this.#state = 'none';
    return isPart;
  }

  #isPart(byte: number): boolean {
    switch (this.#state) {
      case 'none':
        return false;
      case 'escape':
        this.#state = byte === OPENING_BRACKET ? 'control' : 'shift';
        return byte === OPENING_BRACKET || byte === CAPITAL_O;
      case 'control':
        // The console of Linux sends ESC [ [ A for F1.
        this.#state = byte === OPENING_BRACKET ? 'shift' : 'controlled';
        return this.#state === 'shift' || this.#isPart(byte);
      case 'controlled':
        return this.#endsAt(byte, 0x40) || (byte >= 0x20 && byte <= 0x3f);
      case 'shift':
        return this.#endsAt(byte, 0x3c) || (byte >= 0x30 && byte <= 0x3b);
    }
  }

  /** Whether a byte is the last of a sequence: a printable character, from `least` on. */
  #endsAt(byte: number, least: number): boolean {
    const isLast = byte >= least && byte <= 0x7e;
    if (isLast) this.#state = 'none';
    return isLast;
  }
}
