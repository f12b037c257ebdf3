import type { Policy } from '../policy/policy';
import { KoffiRasman } from '../rasman/koffi-rasman';
import { loadAddon } from '../rasman/native-addon';
import { channelHandlers } from '../rasman/security-dll';
import { logReport } from './log';
import { runDialog, type DialogReport } from './run-dialog';

/** A policy that serves rasshost.dll in this very process. */
export interface InProcessServer {
  /** Ends the service: running dialogs end with ERROR, as when a worker dies. */
  close(): void;
}

/**
 * Serves the rasshost.dll that is, or will be, loaded in this process (in-process placement): for
 * programs that are the RAS server themselves, and for debugging. The policy's calls go to the
 * process's Rasman.dll directly. Windows only; one environment of a process at a time.
 *
 * A policy that blocks the event loop blocks its callers beyond any deadline: the security DLL
 * can't take the port back from under JavaScript in its own process.
 *
 * @param report - told how each dialog ended; by default errors go to standard error
 * @throws RasshostError RASSHOST_E_NATIVE_NOT_FOUND
 */
export function serveInProcess(
  policy: Policy,
  report: (report: DialogReport) => void = logReport,
): InProcessServer {
  const { addon } = loadAddon();
  const rasman = new KoffiRasman('Rasman.dll');
  addon.offer(
    channelHandlers(addon, rasman, {
      attached: () => addon.ready(),
      begin: (transaction) => void runDialog(transaction, policy, report),
      closed() {},
    }),
  );
  return { close: () => addon.close() };
}
