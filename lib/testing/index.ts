/**
 * For the tests of policies, with any test runner:
 *
 * ```ts
 * const caller = dial(policy);
 * await caller.sees('User name: ');
 * caller.types('alice\r');
 * await caller.sees('Passcode: ');
 * caller.hangsUp();
 * assert.notEqual((await caller.outcome()).outcome, 'success');
 * ```
 *
 * @categoryDescription Calls
 * A caller who dials in, what came of it, and callers who hang up at every step.
 *
 * @categoryDescription Time
 * A minute takes no time, and the date is that of the test.
 *
 * @categoryDescription The simulated server
 * What {@link dial} is made of: the RAS server in TypeScript, and what runs a policy on one of its
 * transactions.
 *
 * @module rasshost/testing
 */

export type { Caller, CallOutcome, WaitOptions } from './caller';
export { dial } from './dial';
export type { DialOptions, HangUp } from './dial-options';
export { everyHangUp, type DroppedCall } from './every-hang-up';
export { renderScreen } from './screen';
export type { DialogEvent, Unanswered } from '../dialog/dialog-event';
export type { LogEntry, LogLevel } from '../dialog/dialog-log';
export { runDialog, type RunOptions } from '../policy/run-dialog';
export type {
  SimulatedCaller,
  SimulatedOutcome,
  SimulatedReceiveEnd,
  SimulatedTraceLine,
  SimulatedViolation,
} from '../simulated/call';
export { SimulatedRasServer } from '../simulated/ras-server';
export type { SimulatedFailure, SimulatedRasServerOptions } from '../simulated/server-options';
export type { Moment } from '../time/moment';
export { VirtualClock, type VirtualClockOptions } from '../time/virtual-clock';
