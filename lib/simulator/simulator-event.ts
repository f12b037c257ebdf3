import type { ToldEvent } from '../dialog/told-event';
import type { SimulatedOutcome, SimulatedReceiveEnd } from '../simulated/call';

/**
 * What happens in the simulator, in order: each a line of `--json`. What a caller typed is in it
 * only where the policy has asked for it as public text.
 *
 * - `call`: a function of rasshost.h, with its arguments and its result
 * - `receive`: a Receive has ended
 * - `dialog`: the policy's side of it, as DialogEvent says
 * - `threw`: what the policy threw, with its stack
 * - `violation`: a rule of the contract that was broken
 * - `outcome`: the call is over
 */
export type SimulatorEvent = {
  /** Microseconds since the simulator's start. */
  readonly t: number;
  /** Counts calls from 1. */
  readonly port: number;
} & (
  | {
      readonly call: string;
      /** Bytes to send, or wanted. */
      readonly length?: number;
      readonly timeoutSeconds?: number;
      readonly result?: number;
      readonly dwMsgId?: number;
      readonly dwError?: number;
      readonly userName?: string;
      readonly domain?: string;
    }
  | {
      readonly receive: SimulatedReceiveEnd;
      readonly bytes: number;
      readonly lastError: number;
    }
  | ToldEvent
  | { readonly threw: string }
  | { readonly violation: string; readonly detail: string }
  | SimulatedOutcome
);

type WithoutWhere<Event> = Event extends SimulatorEvent ? Omit<Event, 't' | 'port'> : never;

/** A {@link SimulatorEvent} before it is said when and in which call it happened. */
export type Happening = WithoutWhere<SimulatorEvent>;
