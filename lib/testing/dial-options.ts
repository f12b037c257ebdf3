import { anObject, numberFrom, required, wholeNumber, type Kind } from '../options/kinds';
import { readOptions, type Checked, type Kinds } from '../options/read-options';
import {
  readServerOptions,
  SERVER_KINDS,
  type SimulatedRasServerOptions,
} from '../simulated/server-options';
import { MOMENT, type Moment } from '../time/moment';
import type { VirtualClock } from '../time/virtual-clock';

/**
 * When {@link dial} drops the caller.
 * @category Calls
 */
export interface HangUp {
  /** Counted from 1. */
  readonly atStep: number;
}

/**
 * How {@link dial} plays a call. The options of the simulated RAS server are its faults: `failures`
 * (an error from the n-th Send, Receive or GetInfo), `spuriousEvents` (an event without data, and a
 * NUL), `hangUpEvent: 'silent'`, `receive: 'available'`, buffers of one byte, `lossySend`.
 *
 * @category Calls
 */
export interface DialOptions extends Omit<SimulatedRasServerOptions, 'clock'> {
  /**
   * `virtual` (default): see {@link dial}. `real`: the system's, and a time-out of a minute takes
   * one. A clock of your own is virtual too, and lets one call follow another in the same time.
   */
  readonly clock?: 'virtual' | 'real' | VirtualClock | undefined;
  /**
   * The date and time at which the virtual clock stands when the call begins, for policies that ask
   * what day it is, as `whenHours` does: a Date, or `2026-01-05T12:00Z`. Default: the present. Not
   * together with a `clock`, which has a date of its own.
   */
  readonly at?: Moment | undefined;
  /**
   * Drops the caller after the n-th step. Steps are the beginning of the call, every call to Rasman
   * and every `DialogEvent`, in their order. {@link everyHangUp} tries them all.
   */
  readonly hangUp?: HangUp | undefined;
  /**
   * Real time that the policy may spend on something else than the caller, while the clock stands
   * still: a test that awaits the caller longer fails. If the policy races that with a question, the
   * clock goes on instead. From 0 on; need not be whole. Default 4.
   */
  readonly patienceSeconds?: number | undefined;
}

const CLOCK: Kind<'virtual' | 'real' | VirtualClock> = {
  allowed: "'virtual', 'real' or a VirtualClock",
  accepts: (value): value is 'virtual' | 'real' | VirtualClock =>
    value === 'virtual' ||
    value === 'real' ||
    (typeof value === 'object' && value !== null && 'advance' in value),
};

const HANG_UP_KINDS: Kinds<HangUp> = { atStep: required(wholeNumber(1)) };

/** Of {@link DialOptions}, but for `hangUp`. */
export const CALL_KINDS: Kinds<Omit<DialOptions, 'hangUp'>> = {
  ...SERVER_KINDS,
  clock: CLOCK,
  at: MOMENT,
  patienceSeconds: numberFrom(0),
};

const DIAL_KINDS: Kinds<DialOptions> = {
  ...CALL_KINDS,
  hangUp: anObject('an object with atStep'),
};

/**
 * Checks the options of {@link dial}.
 * @throws {@link RasshostError} RASSHOST_E_OPTION
 */
export function readDialOptions(given: DialOptions | undefined): Checked<DialOptions> {
  const options = readServerOptions('dial', given, DIAL_KINDS);
  if (options.hangUp) readOptions('hangUp', options.hangUp, HANG_UP_KINDS);
  return options;
}
