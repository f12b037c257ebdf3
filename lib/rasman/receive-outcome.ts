import { PENDING, SUCCESS } from './codes';
import type { RasSecurityInfo } from './security-info';

/** What has come of a Receive whose event was signalled. */
export interface ReceiveOutcome {
  readonly error: number;
  /** Bytes; 0 with an error. */
  readonly count: number;
  /** False: another look at GetInfo may show something else. */
  readonly settled: boolean;
}

/**
 * Milliseconds from one look at GetInfo to the next. What the last look shows counts, unless it is
 * that the Receive still runs.
 */
export const LOOK_AGAIN_MS: readonly number[] = [2, 10, 50, 250, 250];

/**
 * Two places tell how many bytes have come, and no document says which one counts when they differ;
 * GetInfo may also be later than the event. native/common/receive_outcome.h has the same rules.
 */
export function receiveOutcome(
  { lastError, bytesReceived }: RasSecurityInfo,
  lengthWord: number,
  wanted: number,
): ReceiveOutcome {
  if (lastError === PENDING) return { error: PENDING, count: 0, settled: false };
  // With bytes, it may be the error of the Receive before.
  if (lastError !== SUCCESS) return { error: lastError, count: 0, settled: lengthWord === 0 };
  // The length word may have been left as it was; or bytesReceived is that of the Receive before.
  const isUntouched = lengthWord === wanted && bytesReceived !== 0 && bytesReceived < wanted;
  // Nothing has come only if both say so.
  if (isUntouched || (lengthWord === 0 && bytesReceived !== 0)) {
    return { error: SUCCESS, count: Math.min(bytesReceived, wanted), settled: false };
  }
  return { error: SUCCESS, count: Math.min(lengthWord, wanted), settled: true };
}
