const BACKSPACE = '\b';
const TAB = '\t';
const LF = '\n';
const CR = '\r';
const FORM_FEED = '\f';

/** Columns from one tab stop to the next. */
const TAB_STOP = 8;

/** Characters by column. */
type Line = (string | undefined)[];

/**
 * What a terminal shows after it was sent `output`: Backspace goes back, CR to the beginning of the
 * line, LF a line down (and not to its beginning: without CR the lines form stairs), a tab to the next
 * stop, a form feed clears. Other control characters show nothing. No line is wrapped. There are no
 * blanks at the ends of lines, and no empty lines at the end.
 *
 * @category Calls
 */
export function renderScreen(output: string): string {
  let lines: Line[] = [[]];
  let row = 0;
  let column = 0;
  for (const character of output) {
    switch (character) {
      case BACKSPACE:
        column = Math.max(0, column - 1);
        break;
      case TAB:
        column += TAB_STOP - (column % TAB_STOP);
        break;
      case LF:
        row++;
        break;
      case CR:
        column = 0;
        break;
      case FORM_FEED:
        lines = [[]];
        row = 0;
        column = 0;
        break;
      default:
        if (/\p{Cc}/u.test(character)) break;
        (lines[row] ??= [])[column++] = character;
    }
  }
  return Array.from(lines, lineText).join('\n');
}

/** The screen in a frame, for a message. */
export function frame(screen: string): string {
  const lines = screen.split('\n');
  const width = Math.max(40, ...lines.map((line) => line.length));
  const border = `+${'-'.repeat(width + 2)}+`;
  return [border, ...lines.map((line) => `| ${line.padEnd(width)} |`), border].join('\n');
}

/** Columns that were skipped, or never reached, are blank. */
function lineText(line: Line = []): string {
  return Array.from(line, (character) => character ?? ' ')
    .join('')
    .trimEnd();
}
