import type { HidingLog } from '../dialog/hiding-log';
import { RasshostError, type RasshostErrorCode } from '../errors';
import { refusedIdentity } from './identity';

/** What callers bring about as they please. */
const CALLERS_DOING: ReadonlySet<RasshostErrorCode> = new Set([
  'RASSHOST_E_TIMEOUT',
  'RASSHOST_E_CANCELLED',
  'RASSHOST_E_PPP',
  'RASSHOST_E_TRIES',
  'RASSHOST_E_HUNG_UP',
] as const);

/** What was thrown, for {@link DialogReport.why}. */
export function explain(thrown: unknown, log: HidingLog): string {
  return isCallersDoing(thrown) ? log.line(String(thrown)) : log.describe(thrown);
}

/** No stack helps there, and a caller must not be able to fill the log with them. */
function isCallersDoing(thrown: unknown): thrown is RasshostError {
  const isOurs = thrown instanceof RasshostError;
  return isOurs && (CALLERS_DOING.has(thrown.code) || refusedIdentity(thrown) !== undefined);
}
