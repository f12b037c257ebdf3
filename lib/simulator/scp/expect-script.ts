import type { SimulatedOutcome } from '../../simulated/call';
import { ReceivedText } from './received-text';
import {
  PATIENCE_SECONDS,
  type Credentials,
  type Script,
  type ScriptCall,
  type ScriptVariable,
} from './script';
import { scriptErrors, type Place, type ScriptErrors } from './script-error';

/** The longest time that `wait` waits: the longest that a clock knows. */
const MAX_SECONDS = 2_000_000;

const OUTCOMES: readonly string[] = ['success', 'failure', 'error', 'ended'];

const ESCAPES: Readonly<Record<string, string>> = {
  r: '\r',
  n: '\n',
  t: '\t',
  e: '\x1b',
  '\\': '\\',
  '"': '"',
};

type Command =
  | { readonly kind: 'expect'; readonly text: string; readonly place: Place }
  | { readonly kind: 'send'; readonly text: (credentials: Credentials) => string }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'hangup' };

/**
 * Parses our own language: a command a line, `#` begins a comment.
 *
 * ```
 * expect "User name: "
 * send "alice\r"
 * send $PASSWORD
 * wait 2 seconds
 * hangup
 * expect-outcome success
 * ```
 *
 * @throws {@link RasshostError} RASSHOST_E_SCRIPT
 */
export function parseExpectScript(file: string, source: string): Script {
  const fail = scriptErrors(file);
  const commands: Command[] = [];
  const variables = new Set<ScriptVariable>();
  let expectedOutcome: SimulatedOutcome['outcome'] | undefined;
  for (const [index, text] of source.split(/\r\n|\r|\n/).entries()) {
    const parsed = parseLine(new LineReader(text, index + 1, fail, variables));
    if (typeof parsed === 'string') expectedOutcome = parsed;
    else if (parsed !== undefined) commands.push(parsed);
  }
  return {
    ...(expectedOutcome !== undefined && { expectedOutcome }),
    variables,
    run: (call) => run(commands, call, fail),
  };
}

function parseLine(reader: LineReader): Command | SimulatedOutcome['outcome'] | undefined {
  if (reader.atEnd()) return undefined;
  const place = reader.place();
  const word = reader.word();
  const command = parseCommand(word, reader, place);
  if (command === undefined) {
    throw reader.expected('expect, send, wait, hangup or expect-outcome', place);
  }
  if (!reader.atEnd()) throw reader.expected('the end of the line');
  return command;
}

function parseCommand(
  word: string,
  reader: LineReader,
  place: Place,
): Command | SimulatedOutcome['outcome'] | undefined {
  switch (word) {
    case 'expect':
      return { kind: 'expect', text: reader.text(), place };
    case 'send':
      return { kind: 'send', text: reader.textOrVariable() };
    case 'wait':
      return { kind: 'wait', seconds: reader.seconds() };
    case 'hangup':
      return { kind: 'hangup' };
    case 'expect-outcome':
      return reader.outcome();
    default:
      return undefined;
  }
}

/** Takes a line of a script apart. */
class LineReader {
  readonly #text: string;
  readonly #line: number;
  readonly #fail: ScriptErrors;
  readonly #variables: Set<ScriptVariable>;
  #at = 0;

  /** @param variables - those that the line uses are added */
  constructor(text: string, line: number, fail: ScriptErrors, variables: Set<ScriptVariable>) {
    this.#text = text;
    this.#line = line;
    this.#fail = fail;
    this.#variables = variables;
  }

  atEnd(): boolean {
    this.#match(/\s*(#.*)?/y);
    return this.#at === this.#text.length;
  }

  place(): Place {
    this.#match(/\s*/y);
    return { line: this.#line, column: this.#at + 1 };
  }

  expected(what: string, place = this.place()): Error {
    return this.#fail(place, `expected ${what}`);
  }

  word(): string {
    return this.#match(/\s*([^\s"#]*)/y)?.[1] ?? '';
  }

  /** A text in quotes, with `\r`, `\n`, `\t`, `\e`, `\\`, `\"` and `\xHH`. */
  text(): string {
    const place = this.place();
    const quoted = this.#match(/"((?:[^"\\]|\\.)*)"/y)?.[1];
    if (quoted === undefined) throw this.expected('a text in double quotes', place);
    return quoted.replace(/\\(x[\da-fA-F]{2}|.)/g, (_, escape: string) => {
      if (escape.length === 3) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
      const character = ESCAPES[escape];
      if (character !== undefined) return character;
      throw this.expected(`an escape such as \\r or \\x0d, not \\${escape}`, place);
    });
  }

  /** As {@link text}, or `$USERID` or `$PASSWORD`. */
  textOrVariable(): (credentials: Credentials) => string {
    const place = this.place();
    const name = this.#match(/\$\w+/y)?.[0];
    if (name === '$USERID' || name === '$PASSWORD') {
      this.#variables.add(name);
      return ({ userName, password }) => (name === '$USERID' ? userName : password);
    }
    if (name !== undefined) throw this.expected('text in quotes, $USERID or $PASSWORD', place);
    const text = this.text();
    return () => text;
  }

  seconds(): number {
    const place = this.place();
    const seconds = Number(this.#match(/(\d{1,9}(?:\.\d{1,3})?)\s+seconds?(?=\s|#|$)/y)?.[1]);
    if (seconds <= MAX_SECONDS) return seconds;
    throw this.expected(`a time such as 2 seconds, at most ${MAX_SECONDS}`, place);
  }

  outcome(): SimulatedOutcome['outcome'] {
    const place = this.place();
    const word = this.word();
    if (OUTCOMES.includes(word)) return word as SimulatedOutcome['outcome'];
    throw this.expected(OUTCOMES.join(', '), place);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }
}

async function run(
  commands: readonly Command[],
  { line, credentials, clock, patienceSeconds = PATIENCE_SECONDS }: ScriptCall,
  fail: ScriptErrors,
): Promise<void> {
  const received = new ReceivedText(line, clock);
  for (const command of commands) {
    switch (command.kind) {
      case 'expect': {
        const awaited = { text: command.text, matchCase: true };
        const limit = { of: 'all', seconds: patienceSeconds } as const;
        const arrival = await received.waitFor([awaited], limit);
        if (typeof arrival === 'number') break;
        const why = arrival === 'timeout' ? `in ${patienceSeconds} s` : 'before the line closed';
        const saw = JSON.stringify(received.rest);
        throw fail(
          command.place,
          `expected ${JSON.stringify(command.text)} ${why}, but saw ${saw}`,
        );
      }
      case 'send':
        line.type(command.text(credentials));
        break;
      case 'wait':
        await new Promise<void>((resolve) => clock.after(command.seconds * 1000, resolve));
        break;
      case 'hangup':
        line.hangUp();
    }
  }
  await received.waitForEnd(fail, patienceSeconds);
}
