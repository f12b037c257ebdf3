import type { Dialog } from '../dialog/dialog';
import { RasshostError } from '../errors';

/**
 * Tells whether a name is one of those that are meant, such as the members of a group.
 * @category Combinators
 */
export type NamePredicate = (name: string, dialog: Dialog) => boolean | Promise<boolean>;

/**
 * Which names are meant: a list, a regular expression, or a predicate, which may ask a back end
 * (with `dialog.signal`, so that it stops when the caller hangs up).
 *
 * A regular expression has to match the whole name, like an entry of a list: `/backup/` means
 * `backup`, and neither `backup2` nor `my-backup`. `/adm-.+/` means all that begin with `adm-`.
 *
 * Names of a list and regular expressions match upper and lower case alike, as far as ASCII goes:
 * `ALICE` and `alice` are one account for Windows, and nobody must get around a challenge by
 * spelling. A predicate gets the name as it is, and sees to that itself.
 *
 * @category Combinators
 */
export type Names = readonly string[] | RegExp | NamePredicate;

/**
 * All names but those: everybody except some for {@link whenUser}, every modem except some for
 * {@link whenDevice}.
 *
 * @category Combinators
 * @throws {@link RasshostError} RASSHOST_E_OPTION for an empty list or name, or something else
 *
 * @example
 * ```ts
 * import { deny, except, grant, whenUser, type Identity } from 'rasshost';
 *
 * // Passcodes for everybody but two.
 * export const checkUser = whenUser(
 *   except(['backup', 'monitor']),
 *   async (dialog, user: Identity) => {
 *     const passcode = await dialog.askSecret('Passcode: ');
 *     return passcode.equals('123456') ? grant(user) : deny(user);
 *   },
 *   (_, user) => grant(user),
 * );
 * ```
 */
export function except(names: Names): NamePredicate {
  const isOne = namePredicate('except', names);
  return async (name, dialog) => !(await isOne(name, dialog));
}

/**
 * The predicate that names stand for. It throws RASSHOST_E_OPTION when a predicate of the policy's
 * gives something else than true or false: "don't know" must not pass for "no".
 * @throws {@link RasshostError} RASSHOST_E_OPTION
 * @internal
 */
export function namePredicate(combinator: string, names: Names): NamePredicate {
  if (typeof names === 'function') return strict(combinator, names);
  if (names instanceof RegExp) {
    // Not ^ and $: with the flag m they are the ends of any line.
    const whole = `(?<![^])(?:${names.source})(?![^])`;
    const pattern = new RegExp(whole, names.flags.includes('i') ? names.flags : `${names.flags}i`);
    // Unlike test, search knows no state from one caller to the next.
    return (name) => name.search(pattern) >= 0;
  }
  return memberOf(combinator, names);
}

function strict(combinator: string, predicate: NamePredicate): NamePredicate {
  return async (name, dialog) => {
    const answer: unknown = await predicate(name, dialog);
    if (typeof answer === 'boolean') return answer;
    const problem = `the predicate of ${combinator} gave ${typeof answer}, not true or false`;
    throw new RasshostError('RASSHOST_E_OPTION', problem);
  };
}

function memberOf(combinator: string, names: readonly string[]): NamePredicate {
  const fits = Array.isArray(names) && names.length > 0;
  if (!fits || names.some((name) => typeof name !== 'string' || name === '')) {
    const given = JSON.stringify(names);
    const problem = `${combinator} was given ${given}, not a list of names, a RegExp or a predicate`;
    throw new RasshostError('RASSHOST_E_OPTION', problem);
  }
  const known = new Set(names.map(foldCase));
  return (name) => known.has(foldCase(name));
}

/** ASCII only: lower case of all of Unicode would take the Kelvin sign for a k. */
function foldCase(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
