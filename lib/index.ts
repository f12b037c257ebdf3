export { definePolicy, type Policy, type PolicyFunction } from './policy/policy';
export { deny, fail, grant, type Identity, type Verdict } from './policy/verdict';
export type {
  AskOptions,
  AskSecretOptions,
  Dialog,
  DialogOptions,
  ReceiveOptions,
} from './dialog/dialog';
export type { DialogEvent, Unanswered } from './dialog/dialog-event';
export { CallerHungUp, DialogTimeout } from './dialog/errors';
export { Secret } from './dialog/secret';
export { RASSHOST_ERRORS, RasshostError, type RasshostErrorCode } from './errors';
export { PENDING, RAS_ERRORS, rasErrorName, SUCCESS, type RasErrorInfo } from './rasman/codes';
export { RasError, type RasmanFunction } from './rasman/ras-error';
export type { RasSecurityInfo } from './rasman/security-info';
export {
  SECURITYMSG_ERROR,
  SECURITYMSG_FAILURE,
  SECURITYMSG_SUCCESS,
  type SecurityMessage,
} from './rasman/security-message';
export type { EndReason, RasTransaction } from './rasman/transaction';
export { SimulatedRasServer } from './rasman/simulated';
export type {
  SimulatedCaller,
  SimulatedFailure,
  SimulatedOutcome,
  SimulatedRasServerOptions,
  SimulatedTraceLine,
  SimulatedViolation,
} from './rasman/simulated-call';
export { SYSTEM_CLOCK, type Clock } from './clock';
export { runDialog, type DialogReport } from './worker/run-dialog';
