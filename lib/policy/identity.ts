import type { RasshostError } from '../errors';
import { DNLEN, UNLEN } from '../rasman/security-message';

/**
 * The user a verdict is about: a bare account name and its logon domain (SD-13).
 * @category Verdicts
 */
export interface Identity {
  /** For `grant` 1 to 256 ASCII characters: the name that PPP will use afterwards. */
  readonly userName: string;
  /** For `grant` 1 to 15 ASCII characters. */
  readonly domain: string;
}

/** What no account name and no domain name has; a blank or a dot at an end is lost on the way. */
const FOREIGN_TO_ACCOUNTS = /["/\\[\]:;|=,+*?<>@\p{Cc}]|^ |[ .]$/u;

/** Stands for a caller who never said who they are: no account can have these names. */
const NOBODY: Identity = { userName: '<no answer>', domain: '<none>' };

// In the global registry, because policy and host may have different copies of this module.
const REFUSED: unique symbol = Symbol.for('rasshost.refused');

/** What no account name has, as it is in a name; undefined when there is nothing of it. */
export function foreignToAccounts(name: string): string | undefined {
  return FOREIGN_TO_ACCOUNTS.exec(name)?.[0];
}

/**
 * The identity as SECURITY_MESSAGE can hold it, which is never another one that an account could
 * have: what has to be changed gets a character that no account name has (SD-09, SD-12).
 *
 * - a character that is not printable ASCII becomes `?`
 * - a name that is too long ends with `*`, in the place of all that does not fit
 * - an empty name becomes `<no answer>`, an empty domain `<none>`
 */
export function fittingIdentity({ userName, domain }: Identity = NOBODY): Identity {
  return {
    userName: fitting(userName, UNLEN, NOBODY.userName),
    domain: fitting(domain, DNLEN, NOBODY.domain),
  };
}

/** Marks an error as the refusal of a name that a caller may have typed. */
export function markAsRefused(error: RasshostError, { userName, domain }: Identity): RasshostError {
  return Object.defineProperty(error, REFUSED, { value: { userName, domain } });
}

/** Whose name was refused, when that is what was thrown. */
export function refusedIdentity(thrown: unknown): Identity | undefined {
  const isRefusal = typeof thrown === 'object' && thrown !== null && REFUSED in thrown;
  return isRefusal ? (thrown[REFUSED] as Identity) : undefined;
}

/** What is no text, such as undefined, is left as it is: nobody has typed it. */
function fitting(name: string, most: number, empty: string): string {
  if (typeof name !== 'string') return name;
  if (name === '') return empty;
  const printable = name.replace(/[^\x20-\x7e]/gu, '?');
  return printable.length <= most ? printable : `${printable.slice(0, most - 1)}*`;
}
