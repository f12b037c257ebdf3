import { RasshostError } from '../errors';

/**
 * SECURITY_MESSAGE.dwMsgId of a caller who is let through to PPP (rasshost.h).
 * @category Messages
 */
export const SECURITYMSG_SUCCESS = 1;
/**
 * SECURITY_MESSAGE.dwMsgId of a caller who gave a wrong answer or none (SD-11).
 * @category Messages
 */
export const SECURITYMSG_FAILURE = 2;
/**
 * SECURITY_MESSAGE.dwMsgId of a caller about whom nothing could be found out (SD-11).
 * @category Messages
 */
export const SECURITYMSG_ERROR = 3;

/** What each {@link SecurityMessage.msgId} is called. */
export const VERDICT_NAMES = {
  [SECURITYMSG_SUCCESS]: 'success',
  [SECURITYMSG_FAILURE]: 'failure',
  [SECURITYMSG_ERROR]: 'error',
} as const;

/**
 * Longest user name, in single-byte characters without the NUL (lmcons.h: UNLEN).
 * @category Messages
 */
export const UNLEN = 256;
/**
 * Longest domain name, in single-byte characters without the NUL (lmcons.h: DNLEN).
 * @category Messages
 */
export const DNLEN = 15;

/**
 * SECURITY_MESSAGE without the port handle, which the transaction adds itself (SD-08).
 * @category Messages
 */
export interface SecurityMessage {
  /** What the server is to do (SD-08). */
  readonly msgId:
    typeof SECURITYMSG_SUCCESS | typeof SECURITYMSG_FAILURE | typeof SECURITYMSG_ERROR;
  /** 0 with SUCCESS and FAILURE (SD-09), a code of winerror.h or raserror.h with ERROR (SD-10). */
  readonly error: number;
  /** May be empty with ERROR only (SD-09). */
  readonly userName: string;
  /** May be empty with ERROR only (SD-09). */
  readonly domain: string;
}

/**
 * Refuses a message that the RAS server would misread: a name is never cut to fit, since the
 * shorter one could be another account (SD-08 to SD-12).
 */
export function checkSecurityMessage(message: SecurityMessage): void {
  const { msgId, error, userName, domain } = message;
  if (![SECURITYMSG_SUCCESS, SECURITYMSG_FAILURE, SECURITYMSG_ERROR].includes(msgId)) {
    throw new RasshostError('RASSHOST_E_VERDICT', `dwMsgId is ${msgId}, not 1, 2 or 3`);
  }
  if (msgId === SECURITYMSG_ERROR) {
    if (!Number.isInteger(error) || error <= 0 || error > 0xffffffff || error === 600) {
      throw new RasshostError(
        'RASSHOST_E_VERDICT',
        `dwError is ${error}, but ERROR needs a code of winerror.h or raserror.h (not 0, not PENDING)`,
      );
    }
  } else if (error !== 0) {
    throw new RasshostError(
      'RASSHOST_E_VERDICT',
      `dwError is ${error}, but with SUCCESS and FAILURE it is 0`,
    );
  }
  const mayBeEmpty = msgId === SECURITYMSG_ERROR;
  checkName('userName', userName, UNLEN, mayBeEmpty);
  checkName('domain', domain, DNLEN, mayBeEmpty);
}

function checkName(field: string, value: string, most: number, mayBeEmpty: boolean): void {
  const refuse = (why: string): never => {
    throw new RasshostError('RASSHOST_E_NAME', `${field} ${why}`);
  };
  if (typeof value !== 'string') refuse(`is ${kindOf(value)}, not a string`);
  if (value === '' && !mayBeEmpty) refuse('is empty, but SUCCESS and FAILURE must name the user');
  if (value.length > most) refuse(`has ${value.length} characters, but only ${most} fit`);
  // Single-byte text; which code page the server assumes is not documented, so ASCII only.
  if (!/^\p{ASCII}*$/u.test(value)) refuse('has a character that is not ASCII');
  if (value.includes('\0')) refuse('has a NUL');
}

function kindOf(value: unknown): string {
  return value instanceof Promise ? 'a promise (is an await missing?)' : `of type ${typeof value}`;
}
