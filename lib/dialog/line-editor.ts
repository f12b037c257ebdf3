import type { CodePage } from './code-page';
import { EscapeSequence } from './escape-sequence';
import { PppDetector } from './ppp-detector';

const NUL = 0x00;
const CTRL_C = 0x03;
const BEL = 0x07;
const BACKSPACE = 0x08;
const LF = 0x0a;
const CR = 0x0d;
const CTRL_U = 0x15;
const DEL = 0x7f;

const NOTHING = Buffer.alloc(0);
const RING = Buffer.of(BEL);
const RUB_OUT = Buffer.from('\b \b', 'latin1');
const NEW_LINE = Buffer.of(CR, LF);

/** How one line is edited. */
export interface LineOptions {
  /** Most characters that the line may have. Further ones ring the bell, and are not shown. */
  readonly maxLength: number;
  /** What the caller sees of each character: itself, nothing, or this byte instead. */
  readonly echo: 'typed' | 'none' | { readonly mask: number };
}

/**
 * What has come of the bytes so far.
 *
 * - `line`: it is complete. The receiver owns the memory, and wipes it.
 * - `too-long`: it is complete, but has more characters than it may have. A part of it would be an
 *   answer that nobody has given (SD-12).
 * - `cancelled`: the caller has pressed Ctrl-C
 * - `ppp`: the caller's machine has begun PPP
 */
export type EditorEvent =
  | { readonly kind: 'line'; readonly line: Buffer }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'ppp' };

/** What one byte from the caller leads to. */
export interface EditorStep {
  /** Bytes for the caller's screen. */
  readonly echo: Uint8Array;
  /** Set when the line is over: complete, too long, cancelled, or cut off by PPP. */
  readonly event?: EditorEvent;
}

const IGNORED: EditorStep = { echo: NOTHING };

/**
 * Edits lines out of a caller's keystrokes: bytes in, echo and events out, no I/O and no clock.
 * CR, LF and CRLF end a line, Backspace and DEL take a character back, Ctrl-U all of them, Ctrl-C
 * gives up. Arrow keys and all else that is no character of the code page are ignored (SD-30,
 * SD-31). The memory for a line is taken when it begins, and never grows.
 */
export class LineEditor {
  readonly #codePage: CodePage;
  readonly #ppp = new PppDetector();
  readonly #escape = new EscapeSequence();
  #echo: LineOptions['echo'] = 'none';
  #buffer = NOTHING;
  #length = 0;
  /** Characters beyond those that fit. Backspace takes these back first. */
  #tooMany = 0;
  // Outlives the line: the LF of a CRLF may come only when the next prompt is out already.
  #afterCr = false;

  constructor(codePage: CodePage) {
    this.#codePage = codePage;
  }

  /** Begins an empty line. */
  start({ maxLength, echo }: LineOptions): void {
    this.#clear();
    this.#echo = echo;
    this.#buffer = Buffer.alloc(maxLength);
  }

  /** Overwrites what has been typed so far. */
  wipe(): void {
    this.#clear();
    this.#ppp.wipe();
  }

  /** Takes the next byte from the caller. */
  feed(byte: number): EditorStep {
    if (this.#ppp.feed(byte)) {
      this.wipe();
      return { echo: NOTHING, event: { kind: 'ppp' } };
    }
    if (byte === NUL) return IGNORED;
    const secondHalfOfCrLf = byte === LF && this.#afterCr;
    this.#afterCr = byte === CR;
    if (secondHalfOfCrLf || this.#escape.takes(byte)) return IGNORED;

    switch (byte) {
      case CR:
      case LF:
        return { echo: NEW_LINE, event: this.#takeLine() };
      case CTRL_C:
        this.wipe();
        return { echo: NEW_LINE, event: { kind: 'cancelled' } };
      case CTRL_U:
        this.#tooMany = 0;
        return { echo: this.#rubOut(this.#length) };
      case BACKSPACE:
      case DEL:
        if (this.#tooMany === 0) return { echo: this.#rubOut(Math.min(1, this.#length)) };
        this.#tooMany--;
        return IGNORED;
      default:
        return this.#codePage.isPrintable(byte) ? { echo: this.#append(byte) } : IGNORED;
    }
  }

  #append(byte: number): Uint8Array {
    if (this.#length === this.#buffer.length) {
      this.#tooMany++;
      return RING;
    }
    this.#buffer[this.#length++] = byte;
    if (this.#echo === 'none') return NOTHING;
    return Buffer.of(this.#echo === 'typed' ? byte : this.#echo.mask);
  }

  #rubOut(count: number): Uint8Array {
    this.#buffer.fill(0, this.#length - count, this.#length);
    this.#length -= count;
    return this.#echo === 'none' ? NOTHING : Buffer.alloc(RUB_OUT.length * count, RUB_OUT);
  }

  #takeLine(): EditorEvent {
    const isTooLong = this.#tooMany > 0;
    // Not Buffer.from: its pool is shared memory that nobody wipes.
    const line = Buffer.alloc(isTooLong ? 0 : this.#length);
    this.#buffer.copy(line, 0, 0, line.length);
    this.wipe();
    return isTooLong ? { kind: 'too-long' } : { kind: 'line', line };
  }

  #clear(): void {
    this.#buffer.fill(0);
    this.#length = 0;
    this.#tooMany = 0;
  }
}
