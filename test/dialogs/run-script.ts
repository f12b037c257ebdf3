import { SYSTEM_CLOCK } from '../../lib/time/clock';
import type { CallerLine } from '../../lib/simulator/caller-line';
import { parseScript } from '../../lib/simulator/scp/parse-script';
import type { Credentials } from './cases';

/** Runs a Windows dial-up script as the caller at the end of a line, until the line is closed. */
export function runScript(
  line: CallerLine,
  script: string,
  credentials: Credentials,
): Promise<void> {
  return parseScript('log-on.scp', script).run({ line, credentials, clock: SYSTEM_CLOCK });
}
