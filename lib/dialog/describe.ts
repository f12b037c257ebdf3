import { inspect } from 'node:util';

/** Characters that a description has at most: a log must not drown in one error. */
const MOST_CHARACTERS = 8192;

/** For `util.inspect`. What is on one line stays there, however long it is. */
const SHOWN = {
  depth: 4,
  breakLength: Infinity,
  maxArrayLength: 50,
  maxStringLength: 2 * MOST_CHARACTERS,
};

/** What keeps the lines of one entry of a log apart from the first lines of others. */
const INDENT = '    ';

/**
 * What was thrown, or any other value, for a log: an error with its stack, its causes and what else
 * it carries, as `util.inspect` shows it. Lines after the first are indented, so that no text can
 * look like an entry of its own. Never throws, and has a bound, whatever the value is.
 *
 * @param hide - takes out what must not be read, before the text is cut: a part of it could remain
 */
export function describe(value: unknown, hide = (text: string): string => text): string {
  try {
    // Long lists of numbers come in columns: on one line those of a secret can be found.
    const text = hide(inspect(value, SHOWN).replace(/(\d),\s+(?=\d)/g, '$1, '));
    const [first = '', ...others] = cut(text).split(/\r\n|[\r\n]/);
    const rest = others.map((line) => (line.startsWith(INDENT) ? line : INDENT + line));
    return [first, ...rest].map(withoutControls).join('\n');
  } catch {
    return 'something that throws when it is looked at';
  }
}

/** The text with its control characters as escapes: no line end, no cursor control. */
export function withoutControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => inspect(control).slice(1, -1));
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text;
}
