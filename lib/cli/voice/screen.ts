import { CurrentLine } from './current-line';

/** A terminal, as far as a {@link Screen} uses it. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** Rows that the lines at the bottom leave to what is above them. */
const LEAST_ROWS = 10;

const CLEAR_BELOW = '\x1b[J';
/** The same where a row begins: tmux keeps what is cleared from its first cell on, to scroll back to. */
const CLEAR_ROW_AND_BELOW = `\x1b[C${CLEAR_BELOW}\r\x1b[K`;

/** Around what must not go on in the next row, however narrow the terminal is by now. */
const [NO_WRAP, WRAP] = ['\x1b[?7l', '\x1b[?7h'];
const [SAVE_CURSOR, RESTORE_CURSOR] = ['\x1b7', '\x1b8'];

/** Whatever may lead out of the row; Backspace stays in it. */
const CONTROLS = /[^\P{Cc}\b]/u;

/** A row down in the same column; the last row scrolls. */
const DOWN = '\x1bD';
const up = (rows: number): string => (rows > 0 ? `\x1b[${rows}A` : '');

/**
 * A terminal that a dialog shares with what is said about it: the dialog is at the cursor, messages
 * appear above the line that the cursor is on, and below it stand lines that change, such as a
 * status. So neither disturbs the other. All that is below the cursor is ours, which is why nothing
 * is left behind wherever the terminal moves it when its size changes.
 *
 * A dialog that moves the cursor about has the whole terminal until {@link endDialog}: messages wait.
 */
export class Screen {
  readonly #terminal: Terminal;
  readonly #onResize = (): void => this.#resized();
  #line = new CurrentLine();
  #below: readonly string[] = [];
  /** What is below the cursor now. */
  #drawn = '';
  /** The cursor has been brought to the next row, where the terminal had not done so by itself. */
  #wrapped = false;
  #waiting: string[] = [];
  #soon: NodeJS.Immediate | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    terminal.on('resize', this.#onResize);
  }

  /** Text of the dialog, at the cursor. */
  write(text: string): void {
    if (text === '') return;
    // What stays in its row leaves alone what is below.
    const isKey =
      !CONTROLS.test(text) && this.#line.column(this.#columns) + text.length < this.#columns;
    const erased = isKey ? '' : this.#erased();
    // The end of a line that fills its row: the terminal would not have gone to the next one.
    const back = this.#wrapped && text.startsWith('\r') ? up(1) : '';
    this.#line.write(text, this.#columns);
    this.#terminal.write(erased + back + text + this.#wrap());
    this.#drawSoon();
    this.#tellWaiting();
  }

  /** A message, of one line or several, above the line that the cursor is on. */
  message(text: string): void {
    if (!this.#line.isKnown) {
      this.#waiting.push(text);
      return;
    }
    this.#drawn = '';
    this.#terminal.write(this.#again(`${text}\n`.replaceAll('\n', '\r\n')));
    this.#drawSoon();
  }

  /** What stands below the cursor from now on, a line each. */
  below(lines: readonly string[]): void {
    this.#below = lines;
    this.#drawSoon();
  }

  /** The dialog is over: what comes next begins on a line of its own. */
  endDialog(): void {
    const erased = this.#erased();
    const isNewLine = this.#line.isKnown && this.#line.written === '';
    this.#line = new CurrentLine();
    this.#wrapped = false;
    this.#terminal.write(erased + (isNewLine ? '' : '\r\n'));
    this.#drawSoon();
    this.#tellWaiting();
  }

  /** Leaves the terminal without the lines at the bottom, and the cursor on a line of its own. */
  close(): void {
    this.#below = [];
    this.endDialog();
    clearImmediate(this.#soon);
    this.#terminal.off('resize', this.#onResize);
  }

  get #columns(): number {
    return Math.max(1, this.#terminal.columns);
  }

  #resized(): void {
    this.#terminal.write(this.#erased());
    this.#drawSoon();
  }

  #tellWaiting(): void {
    if (!this.#line.isKnown) return;
    for (const text of this.#waiting.splice(0)) this.message(text);
  }

  /**
   * Terminals differ in where the cursor is when a line fills its row, and what that means for the
   * sequences below. Past the end of the row it is the same for all.
   */
  #wrap(): string {
    this.#wrapped = this.#line.isKnown && this.#line.fillsRow(this.#columns);
    return this.#wrapped ? ' \b' : '';
  }

  #erased(): string {
    const drawn = this.#drawn !== '';
    this.#drawn = '';
    if (!drawn) return '';
    const clear = this.#line.written === '' ? CLEAR_ROW_AND_BELOW : CLEAR_BELOW;
    return this.#line.isAtEnd ? this.#wrap() + clear : this.#again('');
  }

  /** The line once more, below what is put before it. */
  #again(before: string): string {
    const toBeginning = `${up(this.#line.row(this.#columns))}\r`;
    return toBeginning + CLEAR_ROW_AND_BELOW + before + this.#line.written + this.#wrap();
  }

  /**
   * Once for all that is written in a turn: while the cursor is moved for other lines, a line that
   * fills its row would not go on in the next one.
   */
  #drawSoon(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      const before = this.#drawn;
      const erased = this.#erased();
      this.#drawn = this.#drawing();
      if (this.#drawn !== before) this.#terminal.write(erased + this.#drawn);
    });
  }

  /** As many of the lines as there is room for, and the cursor where it was. */
  #drawing(): string {
    const { rows } = this.#terminal;
    const most = rows < LEAST_ROWS + this.#below.length ? 1 : this.#below.length;
    const lines = rows > LEAST_ROWS && this.#line.isKnown ? this.#below.slice(-most) : [];
    if (lines.length === 0) return '';
    const room = DOWN.repeat(lines.length) + up(lines.length);
    const shown = lines.map((line) => `\r\n${clipped(line, this.#columns)}`).join('');
    return room + SAVE_CURSOR + NO_WRAP + shown + RESTORE_CURSOR + WRAP;
  }
}

/** The first so many characters of a line; its colours take no room. */
function clipped(line: string, length: number): string {
  let left = length;
  // eslint-disable-next-line no-control-regex
  return line.replace(/\x1b\[[\d;]*m|[^]/gu, (piece) =>
    piece.length > 2 || left-- > 0 ? piece : '',
  );
}
