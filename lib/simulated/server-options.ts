import {
  aFunction,
  aList,
  anObject,
  FLAG,
  numberFrom,
  oneOf,
  required,
  TEXT,
  wholeNumber,
} from '../options/kinds';
import { readOptions, type Checked, type Kinds } from '../options/read-options';
import type { RasmanFunction } from '../rasman/ras-error';
import { MAX_TIMER_MS, type Clock } from '../time/clock';
import type { SimulatedReceiveEnd, SimulatedTraceLine } from './call';

/**
 * The n-th call of a function, counted from 1 in each dialog, that fails with a code.
 * @category The simulated server
 */
export interface SimulatedFailure {
  /** Whose calls are counted. */
  readonly call: RasmanFunction;
  /** What it returns, a code of raserror.h or winerror.h. */
  readonly error: number;
  /** Default 1. */
  readonly at?: number | undefined;
}

/**
 * How the simulated server behaves where the documents leave a choice. The same switches as those
 * of the emulator of the RAS server, as far as a policy can tell.
 *
 * @category The simulated server
 */
export interface SimulatedRasServerOptions {
  /** Bytes; default 1500. */
  readonly sendBufferSize?: number | undefined;
  /** Bytes; default 1500. */
  readonly receiveBufferSize?: number | undefined;
  /** When a Receive completes: at all bytes that it asked for (default), or at the first. */
  readonly receive?: 'exact' | 'available' | undefined;
  /** Whether a Receive is signalled when the caller hangs up. Default `signalled`. */
  readonly hangUpEvent?: 'signalled' | 'silent' | undefined;
  /** Drop what was sent unless a Receive follows. Default false. */
  readonly lossySend?: boolean | undefined;
  /** LastError after a time-out. Default 638. */
  readonly timeoutError?: number | undefined;
  /** Result of a Send or Receive while a Receive is outstanding. Default 616. */
  readonly busyError?: number | undefined;
  /** Result of a Send or Receive, and LastError, once the caller has hung up. Default 619. */
  readonly lineError?: number | undefined;
  /** Calls that fail. Default none. */
  readonly failures?: readonly SimulatedFailure[] | undefined;
  /** How many Receives are first signalled without data and with a NUL (KB Q259433). */
  readonly spuriousEvents?: number | undefined;
  /** Default `Simulated modem`. */
  readonly deviceName?: string | undefined;
  /** How long the security DLL lets a dialog last; need not be whole. Default 120. */
  readonly dialogSeconds?: number | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
  /** Told of every call as it is made. Must not throw. */
  readonly onTrace?: ((line: SimulatedTraceLine) => void) | undefined;
  /** Told how each Receive has ended, just before its event is signalled. Must not throw. */
  readonly onReceiveEnd?:
    ((how: SimulatedReceiveEnd, bytes: number, lastError: number) => void) | undefined;
  /** The number of the first call's port; the following ones count on. Default 1. */
  readonly firstPort?: number | undefined;
}

/** A DWORD. */
const CODE = wholeNumber(0, 0xffffffff);

const BUFFER_SIZE = wholeNumber(1);

const FAILURE_KINDS: Kinds<SimulatedFailure> = {
  call: required(
    oneOf('RasSecurityDialogSend', 'RasSecurityDialogReceive', 'RasSecurityDialogGetInfo'),
  ),
  error: required(CODE),
  at: wholeNumber(1),
};

/** Of {@link SimulatedRasServerOptions}. */
export const SERVER_KINDS: Kinds<SimulatedRasServerOptions> = {
  sendBufferSize: BUFFER_SIZE,
  receiveBufferSize: BUFFER_SIZE,
  receive: oneOf('exact', 'available'),
  hangUpEvent: oneOf('signalled', 'silent'),
  lossySend: FLAG,
  timeoutError: CODE,
  busyError: CODE,
  lineError: CODE,
  failures: aList('a list of failures'),
  spuriousEvents: wholeNumber(0),
  deviceName: TEXT,
  dialogSeconds: numberFrom(0, MAX_TIMER_MS / 1000),
  clock: anObject('a clock'),
  onTrace: aFunction(),
  onReceiveEnd: aFunction(),
  firstPort: wholeNumber(0),
};

/**
 * Checks options of a simulated server, and of whatever has them among its own.
 *
 * @param whose - as {@link readOptions} has it
 * @param kinds - {@link SERVER_KINDS}, and those of its own
 * @throws {@link RasshostError} RASSHOST_E_OPTION
 */
export function readServerOptions<Options extends Pick<SimulatedRasServerOptions, 'failures'>>(
  whose: string,
  given: Options | undefined,
  kinds: Kinds<Options>,
): Checked<Options> {
  const options = readOptions(whose, given, kinds);
  for (const [index, failure] of (options.failures ?? []).entries()) {
    readOptions(`failure ${index + 1} of ${whose}`, failure, FAILURE_KINDS);
  }
  return options;
}
