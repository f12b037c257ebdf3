import { CallerHungUp } from '../dialog/errors';
import {
  ERROR_AUTH_INTERNAL,
  ERROR_NO_LOGON_SERVERS,
  ERROR_PORT_DISCONNECTED,
  ERROR_REQUEST_TIMEOUT,
  PENDING,
} from '../rasman/codes';
import { RasError } from '../rasman/ras-error';

/** What Node's own error codes and names say to the administrator who reads the event log. */
const NODE_CODES: ReadonlyMap<unknown, number> = new Map([
  ['ECONNREFUSED', ERROR_NO_LOGON_SERVERS],
  ['ECONNRESET', ERROR_NO_LOGON_SERVERS],
  ['EAI_AGAIN', ERROR_NO_LOGON_SERVERS],
  ['EHOSTUNREACH', ERROR_NO_LOGON_SERVERS],
  ['ENETUNREACH', ERROR_NO_LOGON_SERVERS],
  ['ENOTFOUND', ERROR_NO_LOGON_SERVERS],
  ['ETIMEDOUT', ERROR_REQUEST_TIMEOUT],
  ['TimeoutError', ERROR_REQUEST_TIMEOUT],
  ['UND_ERR_CONNECT_TIMEOUT', ERROR_REQUEST_TIMEOUT],
]);

/** How deep a cause is looked for. */
const MOST_CAUSES = 32;

/**
 * The dwError for something that a policy threw (SD-10): its numeric `rasCode`, the code of a
 * {@link RasError}, 619 for a lost line, 1311 for a back end that can't be reached, 638 for one
 * that does not answer, also when that is the `cause` of what was thrown; else 645, an internal
 * error of the authentication.
 */
export function errorCode(thrown: unknown): number {
  let error = thrown;
  // Bounded, because causes may go round in a circle.
  for (let depth = 0; depth < MOST_CAUSES && isObject(error); depth++, error = error.cause) {
    const code = ownCode(error);
    if (code !== undefined) return code;
  }
  return ERROR_AUTH_INTERNAL;
}

interface Thrown {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly rasCode?: unknown;
  readonly cause?: unknown;
}

// Not instanceof Error: what a policy throws may come from another realm.
function isObject(thrown: unknown): thrown is Thrown {
  return typeof thrown === 'object' && thrown !== null;
}

function ownCode(error: Thrown): number | undefined {
  if (isRasCode(error.rasCode)) return error.rasCode;
  if (error instanceof CallerHungUp) return ERROR_PORT_DISCONNECTED;
  if (error instanceof RasError && isRasCode(error.code)) return error.code;
  return NODE_CODES.get(error.code) ?? NODE_CODES.get(error.name);
}

function isRasCode(code: unknown): code is number {
  const isDword = typeof code === 'number' && Number.isInteger(code) && code <= 0xffffffff;
  return isDword && code > 0 && code !== PENDING;
}
