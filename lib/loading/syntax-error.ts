/** Where Babel has found an error; the column counts from 0. */
export interface BabelPosition {
  readonly line: number;
  readonly column: number;
}

/** A syntax error whose message begins with file:line:column, as editors and terminals link it. */
export function syntaxError(file: string, at: BabelPosition, message: string): SyntaxError {
  // Babel begins with the file and ends the line with the position; a piece of the source follows.
  const [line = ''] = message.split('\n');
  const what = line.replace(`${file}: `, '').replace(/ *\(\d+:\d+\)\.?$/, '');
  return new SyntaxError(`${file}:${at.line}:${at.column + 1}: ${what.trim()}`);
}
