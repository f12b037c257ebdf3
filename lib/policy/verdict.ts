import { RasshostError } from '../errors';
import {
  checkSecurityMessage,
  SECURITYMSG_ERROR,
  SECURITYMSG_FAILURE,
  SECURITYMSG_SUCCESS,
  type SecurityMessage,
} from '../rasman/security-message';

// A symbol can't come out of JSON: the answer of some back end is never a verdict by accident.
// In the global registry, because policy and host may have different copies of this module.
const VERDICT: unique symbol = Symbol.for('rasshost.verdict');

/** What a policy decides, made by {@link grant}, {@link deny} or {@link fail} only. */
export interface Verdict {
  /** @hidden */
  readonly [VERDICT]: SecurityMessage;
}

/** What no account name and no domain name has; a blank or a dot at an end is lost on the way. */
const FOREIGN_TO_ACCOUNTS = /["/\\[\]:;|=,+*?<>@\p{Cc}]|^ |[ .]$/u;

/** The user a verdict is about: a bare account name and its logon domain (SD-13). */
export interface Identity {
  /** 1 to 256 ASCII characters: the name that PPP will use afterwards. */
  readonly userName: string;
  /** 1 to 15 ASCII characters. */
  readonly domain: string;
}

/**
 * The caller is who they say: SECURITYMSG_SUCCESS. The server goes on to PPP authentication, and
 * hangs up if that is about another user (SD-13). A grant by itself lets nobody in.
 *
 * A name with a domain in it (`CONTOSO\\alice`, `alice@contoso.com`), or with blanks around it, is no
 * account name, and could be another spelling of one that the policy treats differently.
 *
 * @throws {@link RasshostError} RASSHOST_E_NAME when a name does not fit, or is no account name; none
 * is ever cut (SD-12)
 * @example
 * ```ts
 * return grant({ userName: 'alice', domain: 'CONTOSO' });
 * ```
 */
export function grant({ userName, domain }: Identity): Verdict {
  checkAccountName('userName', userName);
  checkAccountName('domain', domain);
  return verdict({ msgId: SECURITYMSG_SUCCESS, error: 0, userName, domain });
}

/**
 * The answer was wrong or missing: SECURITYMSG_FAILURE (SD-11). The server logs a failed
 * authentication of that user and hangs up.
 * @throws {@link RasshostError} RASSHOST_E_NAME when a name does not fit; none is ever cut (SD-12)
 */
export function deny({ userName, domain }: Identity): Verdict {
  return verdict({ msgId: SECURITYMSG_FAILURE, error: 0, userName, domain });
}

/**
 * It could not be found out who the caller is: SECURITYMSG_ERROR (SD-11). The server hangs up.
 * @param code - of raserror.h or winerror.h, for the event log; not 0 and not PENDING (SD-10)
 * @throws {@link RasshostError} RASSHOST_E_VERDICT for another code
 * @example
 * ```ts
 * return fail(1311); // ERROR_NO_LOGON_SERVERS
 * ```
 */
export function fail(code: number): Verdict {
  return verdict({ msgId: SECURITYMSG_ERROR, error: code, userName: '', domain: '' });
}

/**
 * Tells whether {@link grant}, {@link deny} or {@link fail} has made a value, be it that of another
 * copy of rasshost.
 * @internal
 */
export function isVerdict(value: unknown): value is Verdict {
  return typeof value === 'object' && value !== null && VERDICT in value;
}

/**
 * The message of a verdict.
 * @throws {@link RasshostError} RASSHOST_E_VERDICT for anything that is not one
 * @internal
 */
export function verdictMessage(value: unknown): SecurityMessage {
  if (!isVerdict(value)) {
    const problem = 'the policy returned something else than grant(…), deny(…) or fail(…)';
    throw new RasshostError('RASSHOST_E_VERDICT', problem);
  }
  const message = value[VERDICT];
  checkSecurityMessage(message);
  return message;
}

function verdict(message: SecurityMessage): Verdict {
  checkSecurityMessage(message);
  return Object.freeze({ [VERDICT]: Object.freeze(message) });
}

function checkAccountName(field: string, name: string): void {
  const foreign = FOREIGN_TO_ACCOUNTS.exec(name);
  if (!foreign) return;
  const problem = `${field} has ${JSON.stringify(foreign[0])} where no account name has it`;
  throw new RasshostError('RASSHOST_E_NAME', problem);
}
