/**
 * Policies, what they decide, and the dialogs that they hold.
 * @module rasshost
 */

export { attempts } from './policy/attempts';
export { chain, type Chained } from './policy/chain';
export { firstOf } from './policy/first-of';
export type { Identity } from './policy/identity';
export type { Hours, Weekday } from './policy/hours';
export { except, type NamePredicate, type Names } from './policy/names';
export {
  definePolicy,
  type Policy,
  type PolicyFunction,
  type PolicyOptions,
} from './policy/policy';
export type { Decided, DecidedBy, Step, Undecided } from './policy/step';
export { deny, fail, grant, type Verdict } from './policy/verdict';
export { whenDevice } from './policy/when-device';
export { whenHours } from './policy/when-hours';
export { whenUser } from './policy/when-user';
export { withDeadline, type DeadlineOptions } from './policy/with-deadline';
export type { Choice } from './dialog/choose';
export type { DialogOptions } from './dialog/conversation';
export type { AskOptions, AskSecretOptions, QuestionOptions, Validate } from './dialog/asking';
export type { Contender, Winner } from './dialog/race';
export type { Dialog, PauseOptions, ReceiveOptions } from './dialog/dialog';
export type { DialogEvent, Unanswered } from './dialog/dialog-event';
export type { DialogLog, LogEntry, LogFields, LogLevel } from './dialog/dialog-log';
export {
  CallerCancelled,
  CallerHungUp,
  CallerStartedPpp,
  DialogTimeout,
  isNoAnswer,
  NoAnswer,
  TooManyTries,
} from './dialog/errors';
export type { NewPinOptions } from './dialog/new-pin';
export { TEXTS, type Language, type TextOptions, type Texts } from './dialog/texts';
export { Secret } from './dialog/secret';
export { RASSHOST_ERRORS, RasshostError, type RasshostErrorCode } from './errors';
export {
  PENDING,
  RAS_ERRORS,
  rasErrorName,
  SUCCESS,
  type RasErrorInfo,
  type RasErrorName,
} from './rasman/codes';
export { RasError, type RasmanFunction } from './rasman/ras-error';
export type { RasSecurityInfo } from './rasman/security-info';
export {
  SECURITYMSG_ERROR,
  SECURITYMSG_FAILURE,
  SECURITYMSG_SUCCESS,
  type SecurityMessage,
} from './rasman/security-message';
export type { EndReason, RasTransaction } from './rasman/transaction';
export { SimulatedRasServer } from './simulated/ras-server';
export type {
  SimulatedCaller,
  SimulatedOutcome,
  SimulatedReceiveEnd,
  SimulatedTraceLine,
  SimulatedViolation,
} from './simulated/call';
export type { SimulatedFailure, SimulatedRasServerOptions } from './simulated/server-options';
export { SYSTEM_CLOCK, type Clock } from './time/clock';
export type { DialogReport, OnOutcome } from './policy/dialog-report';
export { runDialog, type RunOptions } from './policy/run-dialog';
