/**
 * The interface between RAS and a security DLL (rasshost.h): its codes, its messages, and the
 * transaction that a dialog is held over. Policies seldom need it: a dialog speaks it for them.
 *
 * @categoryDescription Errors
 * The codes of raserror.h and winerror.h, and the error that a call into Rasman fails with.
 *
 * @categoryDescription Messages
 * SECURITY_MESSAGE: what the RAS server is told.
 *
 * @categoryDescription Transactions
 * The documented calls with their documented results, for what a dialog can't do.
 *
 * @module rasshost/rasman
 */

export {
  PENDING,
  RAS_ERRORS,
  rasErrorName,
  SUCCESS,
  type RasErrorInfo,
  type RasErrorName,
} from './codes';
export { RasError, type RasmanFunction } from './ras-error';
export type { RasSecurityInfo } from './security-info';
export {
  DNLEN,
  SECURITYMSG_ERROR,
  SECURITYMSG_FAILURE,
  SECURITYMSG_SUCCESS,
  UNLEN,
  type SecurityMessage,
} from './security-message';
export type { EndReason, RasTransaction } from './transaction';
