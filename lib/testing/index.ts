/**
 * For the tests of policies.
 * @module rasshost/testing
 */

export { dial } from './dial';
export type { DialOptions } from './dial-options';
export type { Caller, CallOutcome, WaitOptions } from './caller';
export { everyHangUp, type DroppedCall } from './every-hang-up';
export { renderScreen } from './screen';
export type { Moment } from '../time/moment';
export { VirtualClock, type VirtualClockOptions } from '../time/virtual-clock';
