const NUL = 0x00;
const BEL = 0x07;
const BACKSPACE = 0x08;
const LF = 0x0a;
const CR = 0x0d;
const DEL = 0x7f;

const NOTHING = Buffer.alloc(0);
const RING = Buffer.of(BEL);
const RUB_OUT = Buffer.from('\b \b', 'latin1');
const NEW_LINE = Buffer.of(CR, LF);

/** How one line is edited. */
export interface LineOptions {
  /** Most characters that the line may have; further ones ring the bell and are dropped. */
  readonly maxLength: number;
  /** What the caller sees of each character: itself, nothing, or this character instead. */
  readonly echo: 'typed' | 'none' | { readonly mask: string };
}

/** What one byte from the caller leads to. */
export interface EditorStep {
  /** Bytes for the caller's screen. */
  readonly echo: Uint8Array;
  /** The line, when this byte has ended it. The receiver owns the memory, and wipes it. */
  readonly line?: Buffer;
}

/**
 * Edits lines out of a caller's keystrokes: bytes in, echo and lines out, no I/O and no clock.
 * CR, LF and CRLF end a line, Backspace and DEL take a character back, all else that is not
 * printable ASCII is ignored (SD-30, SD-31).
 */
export class LineEditor {
  #options: LineOptions = { maxLength: 0, echo: 'none' };
  #buffer = NOTHING;
  #length = 0;
  // Outlives the line: the LF of a CRLF may come only when the next prompt is out already.
  #afterCr = false;

  /** Begins an empty line. */
  start(options: LineOptions): void {
    this.wipe();
    this.#options = options;
    this.#buffer = Buffer.alloc(options.maxLength);
  }

  /** Overwrites what has been typed of the line so far. */
  wipe(): void {
    this.#buffer.fill(0);
    this.#length = 0;
  }

  /** Takes the next byte from the caller. */
  feed(byte: number): EditorStep {
    if (byte === NUL) return { echo: NOTHING };
    const secondHalfOfCrLf = byte === LF && this.#afterCr;
    this.#afterCr = byte === CR;
    if (secondHalfOfCrLf) return { echo: NOTHING };
    if (byte === CR || byte === LF) return { echo: NEW_LINE, line: this.#takeLine() };
    if (byte === BACKSPACE || byte === DEL) return { echo: this.#rubOut() };
    if (byte < 0x20 || byte > DEL) return { echo: NOTHING };
    return { echo: this.#append(byte) };
  }

  #append(byte: number): Uint8Array {
    if (this.#length === this.#buffer.length) return RING;
    this.#buffer[this.#length++] = byte;
    const { echo } = this.#options;
    if (echo === 'none') return NOTHING;
    return echo === 'typed' ? Buffer.of(byte) : Buffer.from(echo.mask, 'latin1');
  }

  #rubOut(): Uint8Array {
    if (this.#length === 0) return NOTHING;
    this.#buffer[--this.#length] = 0;
    return this.#options.echo === 'none' ? NOTHING : RUB_OUT;
  }

  #takeLine(): Buffer {
    // Not Buffer.from: its pool is shared memory that nobody wipes.
    const line = Buffer.alloc(this.#length);
    this.#buffer.copy(line, 0, 0, this.#length);
    this.wipe();
    return line;
  }
}
