import type { Place, ScriptErrors } from './script-error';

/**
 * - `word`: a name or a reserved word, in lower case, since case does not matter
 * - `variable`: `$NAME`, in upper case
 * - `string`: what stands between the quotes, its escapes as they are
 * - `symbol`: an operator or a punctuation mark
 */
export interface Token {
  readonly kind: 'word' | 'variable' | 'integer' | 'string' | 'symbol' | 'end';
  readonly text: string;
  readonly place: Place;
}

const TOKEN =
  /(?<space>[ \t\f\v]+|;.*|(?:\r\n|\r|\n))|(?<word>[a-z_]\w*)|(?<variable>\$\w+)|(?<integer>\d{1,9}(?![\w]))|"(?<string>(?:[^"\\\r\n]|\\.)*)"|(?<symbol><=|>=|==|!=|[=<>!+\-*/(),:])/iuy;

/**
 * Splits a dial-up script into its tokens.
 * @throws {@link RasshostError} RASSHOST_E_SCRIPT
 */
export function scpTokens(source: string, fail: ScriptErrors): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  let line = 1;
  let lineStart = 0;
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex;
    const place = { line, column: at - lineStart + 1 };
    const groups = pattern.exec(source)?.groups;
    if (groups === undefined) throw fail(place, unknownToken(source.slice(at)));
    if (groups['space'] !== undefined) {
      if (/[\r\n]/.test(groups['space'])) {
        line++;
        lineStart = pattern.lastIndex;
      }
      continue;
    }
    tokens.push(token(groups, place));
  }
  tokens.push({
    kind: 'end',
    text: 'the end of the file',
    place: { line, column: source.length - lineStart + 1 },
  });
  return tokens;
}

function token(groups: Record<string, string | undefined>, place: Place): Token {
  const { word, variable, integer, string, symbol = '' } = groups;
  if (word !== undefined) return { kind: 'word', text: word.toLowerCase(), place };
  if (variable !== undefined) return { kind: 'variable', text: variable.toUpperCase(), place };
  if (integer !== undefined) return { kind: 'integer', text: integer, place };
  if (string !== undefined) return { kind: 'string', text: string, place };
  return { kind: 'symbol', text: symbol, place };
}

function unknownToken(rest: string): string {
  if (rest.startsWith('"')) return 'expected a closing quote on the same line';
  if (/^\d/.test(rest)) return 'expected a number of at most 9 digits';
  return `expected a command or an expression, not ${JSON.stringify(rest[0])}`;
}
