/** A control sequence of a terminal, complete. */
const SEQUENCE = /^\x1b(?:\[[0-?]*[ -/]*([@-~])|[^[])/; // eslint-disable-line no-control-regex

/** The longest line that is worth being written again. */
const MOST = 4096;

const TAB_STOP = 8;

/**
 * The line of a terminal that the cursor is on, as far as what was written to it tells: so that it
 * can be written again elsewhere.
 */
export class CurrentLine {
  /** All that was written since the line began. */
  #written = '';
  /** Cells from the line's beginning to the cursor, as if the terminal were endlessly wide. */
  #column = 0;
  /** The same of where it has been farthest. */
  #end = 0;
  /** The beginning of a control sequence whose end has not come yet. */
  #sequence = '';
  #lost: 'no' | 'until the next line' | 'for good' = 'no';

  /** What to write in order to have the line, and the cursor on it, as they are. */
  get written(): string {
    return this.#written;
  }

  /** Whether it is known where the cursor is. A program that moves it about is not followed. */
  get isKnown(): boolean {
    return this.#lost === 'no' && this.#sequence === '' && this.#written.length <= MOST;
  }

  /** Whether nothing of the line stands behind the cursor. */
  get isAtEnd(): boolean {
    return this.#column >= this.#end;
  }

  /** The row that the cursor is on, counted from 0 where the line begins. */
  row(columns: number): number {
    return Math.floor(this.#column / columns);
  }

  /** The column that the cursor is on, counted from 0. */
  column(columns: number): number {
    return this.#column % columns;
  }

  /** Whether the line fills its row, so that some terminals wait with the next one, others not. */
  fillsRow(columns: number): boolean {
    return this.#column > 0 && this.column(columns) === 0;
  }

  /** Takes what is written to the terminal. */
  write(text: string, columns: number): void {
    for (const character of text) this.#take(character, columns);
  }

  #take(character: string, columns: number): void {
    if (character === '\n' && this.#sequence === '') {
      this.#written = '';
      this.#column = 0;
      this.#end = 0;
      if (this.#lost === 'until the next line') this.#lost = 'no';
      return;
    }
    if (this.#written.length <= MOST) this.#written += character;
    if (this.#sequence !== '' || character === '\x1b') {
      this.#takeSequence(character);
    } else if (character === '\r') {
      this.#column -= this.fillsRow(columns) ? columns : this.column(columns);
    } else if (character === '\b') {
      this.#back(columns);
    } else if (character === '\t') {
      const { length } = ' '.repeat(TAB_STOP - (this.column(columns) % TAB_STOP));
      this.#column += Math.min(length, columns - 1 - this.column(columns));
    } else if (character === '\v' || character === '\f') {
      this.#lost = 'for good';
    } else if (!/[\p{Cc}\p{Mn}]/u.test(character)) {
      this.#column++;
    }
    this.#end = Math.max(this.#end, this.#column);
  }

  /** Where a row begins, some terminals go back to the row above and others stay. */
  #back(columns: number): void {
    if (this.column(columns) > 0) this.#column--;
    else if (this.#column > 0 && this.#lost === 'no') this.#lost = 'until the next line';
  }

  /** Colours move nothing; all else may. */
  #takeSequence(character: string): void {
    this.#sequence += character;
    const [complete, final] = SEQUENCE.exec(this.#sequence) ?? [];
    if (complete === undefined) return;
    this.#sequence = '';
    if (final !== 'm') this.#lost = 'for good';
  }
}
