import { scpTokens, type Token } from './scp-lexer';
import type { ScriptErrors } from './script-error';

const RESERVED: ReadonlySet<string> = new Set(
  (
    'and boolean databits delay do else endif endproc endwhile even false getip goto halt if ' +
    'integer ipaddr keyboard mark matchcase none odd off on or parity port proc raw screen set ' +
    'space stopbits string then transmit true until waitfor while'
  ).split(' '),
);

/** Deeper than anybody writes, and shallow enough for the stack. */
const MAX_DEPTH = 50;

/** Goes through the tokens of a dial-up script, and says what was expected where it is not there. */
export class ScpTokenReader {
  /** Makes errors at a place of the script. */
  readonly fail: ScriptErrors;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(source: string, fail: ScriptErrors) {
    this.#tokens = scpTokens(source, fail);
    this.fail = fail;
  }

  /** The token that comes next; at the end, that one for ever. */
  get next(): Token {
    return this.#tokens[this.#at] as Token;
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  nextIs(text: string): boolean {
    return this.next.text === text && this.next.kind !== 'string' && this.next.kind !== 'end';
  }

  nextIsOneOf(words: readonly string[]): boolean {
    return this.next.kind === 'word' && words.includes(this.next.text);
  }

  /** Takes the next token if it is this one. */
  accept(text: string): boolean {
    if (!this.nextIs(text)) return false;
    this.#at++;
    return true;
  }

  /** Takes the next two tokens if they are these. */
  acceptBoth(text: string, second: string): boolean {
    if (!this.nextIs(text) || this.#tokens[this.#at + 1]?.text !== second) return false;
    this.#at += 2;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.expected(text);
  }

  /** A name of the script's own. */
  name(what: string): Token {
    if (this.next.kind === 'word' && !isReserved(this.next.text)) return this.take();
    throw this.expected(what);
  }

  /** One of several words: those that the list names. */
  word(list: string): string {
    if (this.nextIsOneOf(list.split(/, | or /))) return this.take().text;
    throw this.expected(list);
  }

  /** Runs `parse` one level deeper. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw this.expected('less nesting');
    const result = parse();
    this.#depth--;
    return result;
  }

  expected(what: string): Error {
    const { place, text } = this.next;
    return this.fail(place, `expected ${what}, not ${text}`);
  }
}

export function isReserved(word: string): boolean {
  return RESERVED.has(word);
}
