import type { Clock } from '../time/clock';
import type { RasmanFunction } from '../rasman/ras-error';
import type { SecurityMessage } from '../rasman/security-message';

/** The n-th call of a function, counted from 1 in each dialog, that fails with a code. */
export interface SimulatedFailure {
  /** Whose calls are counted. */
  readonly call: RasmanFunction;
  /** What it returns, a code of raserror.h or winerror.h. */
  readonly error: number;
  /** Default 1. */
  readonly at?: number;
}

/**
 * How the simulated server behaves where the documents leave a choice. The same switches as those
 * of the emulator of the RAS server, as far as a policy can tell.
 */
export interface SimulatedRasServerOptions {
  /** Bytes; default 1500. */
  readonly sendBufferSize?: number;
  /** Bytes; default 1500. */
  readonly receiveBufferSize?: number;
  /** When a Receive completes: at all bytes that it asked for (default), or at the first. */
  readonly receive?: 'exact' | 'available';
  /** Whether a Receive is signalled when the caller hangs up. Default `signalled`. */
  readonly hangUpEvent?: 'signalled' | 'silent';
  /** Drop what was sent unless a Receive follows. Default false. */
  readonly lossySend?: boolean;
  /** LastError after a time-out. Default 638. */
  readonly timeoutError?: number;
  /** Result of a Send or Receive while a Receive is outstanding. Default 616. */
  readonly busyError?: number;
  /** Result of a Send or Receive, and LastError, once the caller has hung up. Default 619. */
  readonly lineError?: number;
  /** Calls that fail. Default none. */
  readonly failures?: readonly SimulatedFailure[];
  /** How many Receives are first signalled without data and with a NUL (KB Q259433). */
  readonly spuriousEvents?: number;
  /** Default `Simulated modem`. */
  readonly deviceName?: string;
  /** What the security DLL allows a dialog, in milliseconds. Default 120 000. */
  readonly budgetMs?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Told of every call as it is made. Must not throw. */
  readonly onTrace?: (line: SimulatedTraceLine) => void;
  /** Told how each Receive has ended, just before its event is signalled. Must not throw. */
  readonly onReceiveEnd?: (how: SimulatedReceiveEnd, bytes: number, lastError: number) => void;
  /** The number of the first call's port; the following ones count on. Default 1. */
  readonly firstPort?: number;
}

/** How a Receive has ended; `spurious`: without data, though the caller is still there. */
export type SimulatedReceiveEnd = 'completed' | 'timed-out' | 'disconnected' | 'spurious';

/** A call between the security DLL and the RAS server, in the order of their beginnings. */
export interface SimulatedTraceLine {
  /** Milliseconds of the clock since the server was made. */
  readonly t: number;
  /** Which call of a caller, by the number of its port. */
  readonly port: number;
  /** The function. */
  readonly call:
    | RasmanFunction
    | 'RasSecurityDialogBegin'
    | 'RasSecurityDialogComplete'
    | 'RasSecurityDialogEnd';
  /** Bytes to send, or wanted. */
  readonly length?: number;
  /** Receive's time-out in whole seconds; 0 = none. */
  readonly timeoutSeconds?: number;
  /** What Complete was called with. */
  readonly message?: SecurityMessage;
  /** What the function returned: 600, PENDING, for a Send or Receive that began. */
  readonly result?: number;
}

/** A statement of the contract that the security side has broken. */
export interface SimulatedViolation {
  /** On which port. */
  readonly port: number;
  /** The statement, such as `SD-22`. */
  readonly rule: string;
  /** What was done instead. */
  readonly detail: string;
}

/** How a simulated call ended. */
export interface SimulatedOutcome {
  /** The verdict; `ended` when there was none, since the caller hung up. */
  readonly outcome: 'success' | 'failure' | 'error' | 'ended';
  /** Empty without one. */
  readonly userName: string;
  /** Empty without one. */
  readonly domain: string;
  /** 0 but for `error`: then a code of raserror.h or winerror.h. */
  readonly dwError: number;
}

/** The far end of a simulated call: a terminal without local echo. */
export interface SimulatedCaller {
  /** All that has come in, a character a byte. */
  readonly output: string;
  /** Called with what comes in, when it is in {@link output} already. */
  onOutput: ((text: string) => void) | undefined;
  /** Settles when the call is over. */
  readonly outcome: Promise<SimulatedOutcome>;
  /** Whether a Receive is outstanding: the policy waits for this caller. */
  readonly awaited: boolean;
  /** Bytes typed that no Receive has taken yet. */
  readonly unread: number;
  /** Types text (a byte a character, nothing added) or bytes. */
  types(keys: string | Uint8Array): void;
  /**
   * Waits for a text in what has come in since the one waited for last. Rejects when the call ends
   * without it.
   */
  sees(text: string): Promise<void>;
  /** Drops the line; the server then calls RasSecurityDialogEnd. */
  hangsUp(): void;
}
