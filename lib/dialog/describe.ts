import { inspect } from 'node:util';

/** Characters that a description has at most: a log must not drown in one error. */
const MOST_CHARACTERS = 8192;

/** For `util.inspect`. It breaks no line because the line is long. */
const SHOWN = {
  depth: 4,
  breakLength: Infinity,
  maxArrayLength: 50,
  maxStringLength: 2 * MOST_CHARACTERS,
};

/** Stands before each line of an entry but the first, so that no line looks like a new entry. */
const INDENT = '    ';

/**
 * What was thrown, or any other value, for a log: an error with its stack, its causes and what else
 * it carries, as `util.inspect` shows it. Lines after the first are indented, so that no text can
 * look like an entry of its own. Never throws, and has a bound, whatever the value is.
 *
 * @param hide - takes out what must not be read. It is called before the text is cut to its bound,
 * since a secret that is cut in two would not be found
 */
export function describe(value: unknown, hide = (text: string): string => text): string {
  try {
    // Long lists of numbers would be shown in columns, where the bytes of a secret are not found.
    const text = hide(inspect(value, SHOWN).replace(/(\d),\s+(?=\d)/g, '$1, '));
    const [first = '', ...others] = cut(text).split(/\r\n|[\r\n]/);
    const rest = others.map((line) => (line.startsWith(INDENT) ? line : INDENT + line));
    return [first, ...rest].map(withoutControls).join('\n');
  } catch {
    return 'a value that nobody can read: reading it throws an error';
  }
}

/** The text with its control characters as escapes: no line end, no cursor control. */
export function withoutControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => inspect(control).slice(1, -1));
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text;
}
