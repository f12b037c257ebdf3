/**
 * What a policy is written with. A policy is a function that talks to one caller and returns a
 * verdict:
 *
 * ```ts
 * import { definePolicy, deny, grant } from 'rasshost';
 *
 * const passcodes = new Map([['alice', '123456']]);
 *
 * export default definePolicy(async (dialog) => {
 *   const user = { userName: await dialog.ask('User name: '), domain: 'CONTOSO' };
 *   const passcode = await dialog.askSecret('Passcode: ');
 *   return passcode.equals(passcodes.get(user.userName) ?? '') ? grant(user) : deny(user);
 * });
 * ```
 *
 * @categoryDescription Policies
 * A policy file exports what {@link definePolicy} makes.
 *
 * @categoryDescription Verdicts
 * What a policy returns: who is let in, who is refused, and when nobody can tell.
 *
 * @categoryDescription Dialogs
 * The conversation with one caller.
 *
 * @categoryDescription Questions
 * How a dialog asks, and the secrets that it yields.
 *
 * @categoryDescription Texts
 * What dialogs say by themselves, in which language.
 *
 * @categoryDescription Combinators
 * Larger policies are made of steps: whom to challenge, how often, how long, and when.
 *
 * @categoryDescription Errors
 * What a dialog throws when there is no answer, and what mistakes throw. Each has its verdict, so a
 * policy seldom catches one.
 *
 * @module rasshost
 */

export { attempts } from './policy/attempts';
export { chain } from './policy/chain';
export type { DialogReport, OnOutcome } from './policy/dialog-report';
export { firstOf } from './policy/first-of';
export type { Hours, Weekday } from './policy/hours';
export type { Identity } from './policy/identity';
export { except, type NamePredicate, type Names } from './policy/names';
export {
  definePolicy,
  type Policy,
  type PolicyFunction,
  type PolicyOptions,
} from './policy/policy';
export type { Step } from './policy/step';
export { deny, fail, grant, type Verdict } from './policy/verdict';
export { whenDevice } from './policy/when-device';
export { whenHours } from './policy/when-hours';
export { whenUser } from './policy/when-user';
export { withDeadline, type DeadlineOptions } from './policy/with-deadline';
export type { AskOptions, AskSecretOptions, QuestionOptions, Validate } from './dialog/asking';
export type { Choice } from './dialog/choose';
export type { Dialog } from './dialog/dialog';
export type { DialogLog, LogFields } from './dialog/dialog-log';
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
export type { Contender } from './dialog/race';
export type { PauseOptions, ReceiveOptions } from './dialog/receive-options';
export { Secret } from './dialog/secret';
export { TEXTS, type Language, type TextOptions, type Texts } from './dialog/texts';
export { RASSHOST_ERRORS, RasshostError, type RasshostErrorCode } from './errors';
export type { Clock } from './time/clock';
