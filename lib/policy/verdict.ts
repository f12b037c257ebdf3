import { RasshostError } from '../errors';
import { rasErrorCode, type RasErrorName } from '../rasman/codes';
import {
  checkSecurityMessage,
  SECURITYMSG_ERROR,
  SECURITYMSG_FAILURE,
  SECURITYMSG_SUCCESS,
  type SecurityMessage,
} from '../rasman/security-message';
import { fittingIdentity, foreignToAccounts, markAsRefused, type Identity } from './identity';

// A symbol can't come out of JSON: the answer of some back end is never a verdict by accident.
// In the global registry, because policy and host may have different copies of this module.
const VERDICT: unique symbol = Symbol.for('rasshost.verdict');

/**
 * What a policy decides, made by {@link grant}, {@link deny} or {@link fail} only.
 * @category Verdicts
 */
export interface Verdict {
  /** @hidden */
  readonly [VERDICT]: SecurityMessage;
}

/**
 * The caller is who they say: SECURITYMSG_SUCCESS. The server goes on to PPP authentication. If PPP
 * is about another user, the server hangs up (SD-13). So a grant alone lets nobody in.
 *
 * Two kinds of names are refused, and none is ever cut (SD-12):
 *
 * - a name that does not fit SECURITY_MESSAGE
 * - a name that no account can have: with a domain in it (`CONTOSO\\alice`, `alice@contoso.com`) or
 *   with blanks around it. It could be another spelling of a name that the policy treats differently
 *
 * If the policy does not catch what is thrown then, the verdict is a FAILURE for that name, with a
 * line in the log. It is not an ERROR, because a caller may have typed that name.
 *
 * @category Verdicts
 * @throws {@link RasshostError} RASSHOST_E_NAME for a name that is refused
 * @example
 * ```ts
 * return grant({ userName: 'alice', domain: 'CONTOSO' });
 * ```
 */
export function grant(identity: Identity): Verdict {
  const { userName, domain } = identity;
  try {
    const success = verdict({ msgId: SECURITYMSG_SUCCESS, error: 0, userName, domain });
    checkAccountName('userName', userName);
    checkAccountName('domain', domain);
    return success;
  } catch (error) {
    // Nobody can type what is not a text: then it is a mistake in the policy.
    const isTyped = typeof userName === 'string' && typeof domain === 'string';
    throw isTyped && error instanceof RasshostError ? markAsRefused(error, identity) : error;
  }
}

/**
 * The answer was wrong or missing: SECURITYMSG_FAILURE (SD-11). The server logs a failed
 * authentication of that user and hangs up.
 *
 * It takes whatever the caller has typed as a name. A character that is not printable ASCII becomes
 * `?`, a name that is too long ends with `*`, and an empty one becomes `<no answer>` (a domain:
 * `<none>`). No account has such a name, so the failure is never that of another account (SD-12).
 *
 * @category Verdicts
 * @param identity - default: a caller who gave no answer, `<no answer>` of the domain `<none>`
 * @throws {@link RasshostError} RASSHOST_E_NAME for a name that is no text
 * @example
 * ```ts
 * return deny({ userName, domain: 'CONTOSO' });
 * ```
 */
export function deny(identity?: Identity): Verdict {
  return verdict({ msgId: SECURITYMSG_FAILURE, error: 0, ...fittingIdentity(identity) });
}

/**
 * The policy could not find out who the caller is: SECURITYMSG_ERROR (SD-11). The server hangs up.
 *
 * @category Verdicts
 * @param code - the number or the name of an error of raserror.h or winerror.h, for the event log;
 * not 0 and not PENDING (SD-10)
 * @throws {@link RasshostError} RASSHOST_E_VERDICT for another code or name
 * @example
 * ```ts
 * return fail('ERROR_NO_LOGON_SERVERS'); // the same as fail(1311)
 * ```
 */
export function fail(code: number | RasErrorName): Verdict {
  const error = typeof code === 'string' ? rasErrorCode(code) : code;
  if (error === undefined) {
    const problem = `fail was given ${code}, which is no error of raserror.h or winerror.h`;
    throw new RasshostError('RASSHOST_E_VERDICT', problem);
  }
  return verdict({ msgId: SECURITYMSG_ERROR, error, userName: '', domain: '' });
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
    const what =
      value === undefined || value === null ? String(value) : `a value of type ${typeof value}`;
    const problem = `the policy returned ${what}, not what grant(…), deny(…) or fail(…) made`;
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
  const foreign = foreignToAccounts(name);
  if (foreign === undefined) return;
  const problem =
    `${field} has ${JSON.stringify(foreign)} where no account name can have it: ` +
    'grant takes the bare name of the account, and the name of its domain';
  throw new RasshostError('RASSHOST_E_NAME', problem);
}
