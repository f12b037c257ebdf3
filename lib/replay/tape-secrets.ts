import type { CodePage } from '../dialog/code-page';
import { RasshostError } from '../errors';
import type { Tape, TapeText } from '../tape/tape';

/** What stands for the placeholders of a tape, by their names: `secret-1` and so on. */
export type TapeSecrets = ReadonlyMap<string, string>;

const PLACEHOLDER_NAME = /^(secret|pin|bytes)-[1-9]\d*$/;

/** What a user gives to type in the place of secrets: for all tapes, or for one of them. */
export class TapeSecretsFile {
  readonly #forAll: TapeSecrets;
  readonly #forTape = new Map<string, TapeSecrets>();

  /**
   * @param text - JSON: `{ "secret-1": "…" }` for all tapes, `{ "NAME.tape": { "secret-1": "…" } }`
   * for one of them, which goes before
   * @param file - its name, for the messages of errors
   * @throws {@link RasshostError} RASSHOST_E_TAPE_SECRET for anything else
   */
  constructor(text: string, file: string) {
    const refuse = (problem: string): never => {
      throw new RasshostError('RASSHOST_E_TAPE_SECRET', `${file}: ${problem}`);
    };
    const forAll = new Map<string, string>();
    for (const [name, value] of entries(text, refuse)) {
      if (PLACEHOLDER_NAME.test(name)) forAll.set(name, checkText(name, value, refuse));
      else this.#forTape.set(name, checkTape(name, value, refuse));
    }
    this.#forAll = forAll;
  }

  /** @param name - name of the tape's file, without its directory */
  secretsFor(name: string): TapeSecrets {
    return new Map([...this.#forAll, ...(this.#forTape.get(name) ?? [])]);
  }
}

/**
 * What is to be typed for what the caller of a tape typed in secret. What a policy showed in secret
 * is not among it: the policy that is tried shows its own.
 *
 * @param name - name of the tape, for the messages of errors
 * @throws {@link RasshostError} RASSHOST_E_TAPE_SECRET when something is missing or can't be typed
 */
export function secretsToType(
  tape: Tape,
  name: string,
  given: TapeSecrets,
  codePage: CodePage,
): TapeSecrets {
  const secrets = new Map<string, string>();
  for (const placeholder of typedPlaceholders(tape)) {
    const refuse = (problem: string): never => {
      throw new RasshostError('RASSHOST_E_TAPE_SECRET', `${name}: ${placeholder}: ${problem}`);
    };
    const value = given.get(placeholder) ?? refuse('--secrets gives nothing to be typed for it');
    const isBytes = placeholder.startsWith('bytes-');
    if (isBytes && /[^\0-\xff]/.test(value))
      refuse('its text has a character above \\xff, but each character stands for a byte');
    if (!isBytes && !isLine(value, codePage)) {
      refuse("its text has a character that the policy's code page lacks");
    }
    const same = [...secrets].find(([, other]) => other === value)?.[0];
    if (!isBytes && same !== undefined) {
      refuse(`it has the same text as ${same}, but the caller typed two different things`);
    }
    secrets.set(placeholder, value);
  }
  return secrets;
}

/** What the caller typed in secret, without what the policy itself had shown before. */
function typedPlaceholders({ events }: Tape): ReadonlySet<string> {
  const shown = new Set<string>();
  const typed = new Set<string>();
  for (const event of events) {
    if (event.event === 'shown-secret') shown.add(event.placeholder);
    const names =
      event.event === 'answered-secret' || event.event === 'received'
        ? [event.placeholder]
        : event.event === 'answered'
          ? placeholdersIn(event.text)
          : [];
    for (const name of names) if (!shown.has(name)) typed.add(name);
  }
  return typed;
}

function placeholdersIn(text: TapeText): string[] {
  if (typeof text === 'string') return [];
  return text.flatMap((part) => (typeof part === 'string' ? [] : [part.placeholder]));
}

function isLine(text: string, codePage: CodePage): boolean {
  try {
    return codePage.encode(text).every((byte) => codePage.isPrintable(byte));
  } catch {
    // The message would show the character.
    return false;
  }
}

type Refuse = (problem: string) => never;

function entries(text: string, refuse: Refuse): [string, unknown][] {
  try {
    return objectEntries(JSON.parse(text), refuse);
  } catch (error) {
    if (error instanceof RasshostError) throw error;
    // The message would show the text.
    return refuse('it is not JSON');
  }
}

function objectEntries(value: unknown, refuse: Refuse): [string, unknown][] {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object.entries(value) : refuse('it is not a JSON object');
}

function checkTape(tape: string, value: unknown, refuse: Refuse): TapeSecrets {
  const inTape: Refuse = (problem) => refuse(`${tape}: ${problem}`);
  return new Map(
    objectEntries(value, inTape).map(([name, secret]) => {
      if (!PLACEHOLDER_NAME.test(name)) inTape(`${name} is not a placeholder, such as secret-1`);
      return [name, checkText(name, secret, inTape)];
    }),
  );
}

function checkText(name: string, value: unknown, refuse: Refuse): string {
  return typeof value === 'string' ? value : refuse(`${name} is not a string`);
}
