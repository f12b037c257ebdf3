import type { WriteStream } from 'node:tty';

/** Lines that the dialog keeps at least. */
const LEAST_LINES = 10;

const SAVE_CURSOR = '\x1b7';
const RESTORE_CURSOR = '\x1b8';
const ALL_LINES = '\x1b[r';
const REVERSE = '\x1b[7m';
const PLAIN = '\x1b[0m';

/**
 * The last lines of a terminal, for what is about the dialog and not of it: a status line, and
 * above it the latest lines of a log. The dialog scrolls above them, so neither disturbs the other.
 */
export class StatusPanel {
  readonly #terminal: WriteStream;
  readonly #logLines: number;
  readonly #onResize = (): void => {
    this.#setUp();
    this.#drawn = '';
    this.#drawSoon();
  };
  #log: string[] = [];
  #status = '';
  #drawn = '';
  #soon: NodeJS.Immediate | undefined;

  /** Takes the lines away from the terminal, until {@link close}. */
  constructor(terminal: WriteStream, logLines: number) {
    this.#terminal = terminal;
    this.#logLines = logLines;
    // Where the cursor is on the last lines, what is above them moves up.
    const height = this.#height;
    terminal.write('\n'.repeat(height) + (height > 0 ? `\x1b[${height}A` : ''));
    this.#setUp();
    terminal.on('resize', this.#onResize);
  }

  /** What the last line says. */
  show(status: string): void {
    this.#status = status;
    this.#drawSoon();
  }

  /** Adds a line to the log. */
  log(line: string): void {
    this.#log = [...this.#log, line].slice(-this.#logLines);
    this.#drawSoon();
  }

  /** Gives the terminal its lines back. */
  close(): void {
    this.#terminal.off('resize', this.#onResize);
    clearImmediate(this.#soon);
    const clear = Array.from({ length: this.#height }, (_, line) => this.#line(line, ''));
    this.#terminal.write(SAVE_CURSOR + ALL_LINES + clear.join('') + RESTORE_CURSOR);
  }

  /** None on a terminal that is too low. */
  get #height(): number {
    const height = this.#logLines + 1;
    return this.#terminal.rows >= height + LEAST_LINES ? height : 0;
  }

  #setUp(): void {
    const scrolling = this.#terminal.rows - this.#height;
    const region = this.#height > 0 ? `\x1b[1;${scrolling}r` : ALL_LINES;
    this.#terminal.write(SAVE_CURSOR + region + RESTORE_CURSOR);
  }

  /** Once for all that happens in a turn, which may be a dozen calls. */
  #drawSoon(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    if (this.#height === 0) return;
    const lines = Array.from({ length: this.#logLines }, (_, line) =>
      this.#line(line, this.#log[line] ?? ''),
    );
    lines.push(this.#line(this.#logLines, this.#status, REVERSE));
    const drawing = SAVE_CURSOR + lines.join('') + RESTORE_CURSOR;
    if (drawing === this.#drawn) return;
    this.#drawn = drawing;
    this.#terminal.write(drawing);
  }

  #line(line: number, text: string, style = ''): string {
    const row = this.#terminal.rows - this.#height + line + 1;
    // One column less than there are: a full line would wrap on some terminals.
    const shown = text.slice(0, this.#terminal.columns - 1);
    return `\x1b[${row};1H\x1b[2K${style}${shown}${PLAIN}`;
  }
}
