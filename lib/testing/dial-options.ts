import type { SimulatedRasServerOptions } from '../simulated/call';
import type { Moment } from '../time/moment';
import type { VirtualClock } from '../time/virtual-clock';

/**
 * How {@link dial} plays a call. The options of the simulated RAS server are its faults: `failures`
 * (an error from the n-th Send, Receive or GetInfo), `spuriousEvents` (an event without data, and a
 * NUL), `hangUpEvent: 'silent'`, `receive: 'available'`, buffers of one byte, `lossySend`.
 */
export interface DialOptions extends Omit<SimulatedRasServerOptions, 'clock'> {
  /**
   * `virtual` (default): see {@link dial}. `real`: the system's, and a time-out of a minute takes
   * one. A clock of your own is virtual too, and lets one call follow another in the same time.
   */
  readonly clock?: 'virtual' | 'real' | VirtualClock;
  /**
   * The date and time at which the virtual clock stands when the call begins, for policies that ask
   * what day it is, as `whenHours` does: a Date, or `2026-01-05T12:00Z`. Default: the present. Not
   * together with a `clock`, which has a date of its own.
   */
  readonly at?: Moment;
  /**
   * Drops the caller after the n-th step. Steps are the beginning of the call, every call to Rasman
   * and every `DialogEvent`, in their order. {@link everyHangUp} tries them all.
   */
  readonly hangUp?: {
    /** Counted from 1. */
    readonly atStep: number;
  };
  /**
   * Milliseconds of real time that the policy may spend on something else than the caller, while
   * the clock stands still: a test that awaits the caller longer fails. Default 4000.
   */
  readonly patienceMs?: number;
}
