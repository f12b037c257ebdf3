import type { RasmanFunction } from '../rasman/ras-error';
import type { SecurityMessage } from '../rasman/security-message';

/**
 * How a Receive has ended; `spurious`: without data, though the caller is still there.
 * @category The simulated server
 */
export type SimulatedReceiveEnd = 'completed' | 'timed-out' | 'disconnected' | 'spurious';

/**
 * A call between the security DLL and the RAS server, in the order of their beginnings.
 * @category The simulated server
 */
export interface SimulatedTraceLine {
  /** By the clock, from the making of the server on; need not be whole. */
  readonly atSeconds: number;
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

/**
 * A statement of the contract that the security side has broken.
 * @category The simulated server
 */
export interface SimulatedViolation {
  /** On which port. */
  readonly port: number;
  /** The statement, such as `SD-22`. */
  readonly rule: string;
  /** What was done instead. */
  readonly detail: string;
}

/**
 * How a simulated call ended.
 * @category The simulated server
 */
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

/**
 * The far end of a simulated call: a terminal without local echo.
 * @category The simulated server
 */
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
