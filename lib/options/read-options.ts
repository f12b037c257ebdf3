import { inspect } from 'node:util';
import { RasshostError } from '../errors';
import type { Kind } from './kinds';
import { nearestName } from './nearest-name';

/** Longer texts are cut in messages. */
const MOST_SHOWN = 60;

/** A kind for each option; those that are not optional need one that is `required`. */
export type Kinds<Options> = {
  readonly [Name in keyof Options]-?: undefined extends Options[Name]
    ? Kind<Exclude<Options[Name], undefined>>
    : Kind<Options[Name]> & { readonly isRequired: true };
};

/** Options of which each is what its kind allows. */
export type Checked<Options> = {
  [Name in keyof Options]: Exclude<Options[Name], undefined>;
};

/**
 * Checks options, and yields those that were given: an option that is `undefined` counts as not
 * given. This is the one place where options are checked, so that every message says the same:
 * whose option it is, what was given, and what is allowed.
 *
 * @param whose - the function that takes the options, as its callers know it: `ask`
 * @param given - as the caller gave them; undefined: none
 * @throws {@link RasshostError} RASSHOST_E_OPTION for an unknown name, with the nearest right one;
 * for a value that its kind does not allow; and for an option that is required and missing
 *
 * @example
 * ```ts
 * const KINDS: Kinds<PauseOptions> = { seconds: required(numberFrom(0, 3600)) };
 * const { seconds } = readOptions('pause', options, KINDS);
 * ```
 */
export function readOptions<Options extends object>(
  whose: string,
  given: Options | undefined,
  kinds: Kinds<Options>,
): Checked<Options> {
  // Nothing is known of it when the caller's types were not checked.
  const options: unknown = given === undefined ? {} : given;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw refusal(`the options of ${whose} are ${shown(options)}, not an object`);
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(kinds, name)) throw unknownName(whose, name, Object.keys(kinds));
  }
  const read: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries<Kind<unknown>>(kinds)) {
    const value = (options as Record<string, unknown>)[name];
    if (value !== undefined) read[name] = checkValue(`${name} of ${whose}`, value, kind);
    else if (kind.isRequired) throw refusal(`${name} of ${whose} is missing: ${kind.allowed}`);
  }
  return read as Checked<Options>;
}

/**
 * Checks one value, such as an argument, and returns it.
 *
 * @param what - its name in messages: `the count of attempts`
 * @throws {@link RasshostError} RASSHOST_E_OPTION for a value that its kind does not allow
 */
export function checkValue<T>(what: string, value: unknown, kind: Kind<T>): T {
  if (kind.accepts(value)) return value;
  throw refusal(`${what} is ${shown(value)}, not ${kind.allowed}`);
}

function unknownName(whose: string, name: string, known: readonly string[]): RasshostError {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  return refusal(`${whose} has no option ${name}${hint}; it has ${known.join(', ')}`);
}

/** A value in a message: on one line, not too long, and a Secret as `[secret]`. */
function shown(value: unknown): string {
  const text = inspect(value, { depth: 1, breakLength: Infinity, maxStringLength: MOST_SHOWN });
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text;
}

function refusal(problem: string): RasshostError {
  return new RasshostError('RASSHOST_E_OPTION', problem);
}
