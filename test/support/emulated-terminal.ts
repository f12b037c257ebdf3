import { Terminal } from '@xterm/headless';
import { EventEmitter } from 'node:events';

/** A stream of bytes to a terminal that is emulated, so that what stands on it can be looked at. */
export class EmulatedTerminal extends EventEmitter {
  readonly isTTY = true;
  /** All that was ever written to it. */
  written = '';
  readonly #terminal: Terminal;

  constructor(
    public columns: number,
    public rows: number,
  ) {
    super();
    // As the driver of a terminal does it, LF goes to the beginning of the next line.
    const options = { cols: columns, rows, convertEol: true, allowProposedApi: true };
    this.#terminal = new Terminal(options);
  }

  write(text: string): boolean {
    this.written += text;
    this.#terminal.write(text);
    return true;
  }

  hasColors(): boolean {
    return false;
  }

  /** Another size, told as Node.js tells it. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.resizeSilently(columns, rows);
    this.tellSize();
  }

  /** Another size, of which nobody has been told yet. */
  async resizeSilently(columns: number, rows: number): Promise<void> {
    await this.#settled();
    this.#terminal.resize(columns, rows);
  }

  tellSize(): void {
    [this.columns, this.rows] = [this.#terminal.cols, this.#terminal.rows];
    this.emit('resize');
  }

  /** All lines since the beginning, those that are wrapped in one piece, up to the last. */
  async lines(): Promise<string[]> {
    await this.#settled();
    const { active } = this.#terminal.buffer;
    const lines: string[] = [];
    for (let row = 0; row < active.length; row++) {
      const line = active.getLine(row);
      const isWhole = active.getLine(row + 1)?.isWrapped !== true;
      const text = line?.translateToString(isWhole) ?? '';
      if (line?.isWrapped === true) lines.push(`${lines.pop() ?? ''}${text}`);
      else lines.push(text);
    }
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  /** Where the cursor is: the text before it in its row. */
  async beforeCursor(): Promise<string> {
    await this.#settled();
    const { active } = this.#terminal.buffer;
    const line = active.getLine(active.baseY + active.cursorY);
    return line?.translateToString(false, 0, active.cursorX) ?? '';
  }

  /** Waits until all has been written that is written within a turn, and is shown. */
  async #settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => this.#terminal.write('', resolve));
  }
}
