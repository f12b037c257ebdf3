import { once } from 'node:events';
import type { SimulatedOutcome } from '../../simulated/call';
import { joinLine } from '../../simulator/join-line';
import { openSerialPort } from '../../simulator/serial-port';
import { keysOf, obeyKeys } from './served';
import type { Simulation } from './simulation';

/**
 * Whoever is at the other end of a serial line is the caller, one call after the other. Returns how
 * the call has ended if there was to be one only.
 *
 * @throws RasshostError RASSHOST_E_STOPPED before that one was over
 */
export async function serveSerial(
  simulation: Simulation,
  path: string,
): Promise<SimulatedOutcome | undefined> {
  const { options, policy, reporter, stop } = simulation;
  const end = new AbortController();
  const keeps = simulation.keeps(true);
  try {
    for (let call = 1; ; call++) {
      const port = await openSerialPort(path, options.baud);
      if (call === 1) {
        const keys = keysOf(simulation);
        reporter.listening(path, {
          policy: policy.file,
          port: path,
          tapes: options.record,
          keys,
        });
        reporter.keys(keys);
        obeyKeys(simulation, end.signal);
      }
      // Without modem lines to see a call by, it begins with the first input, which only rings.
      const [yes, no] = [() => true, () => false];
      const rang = await Promise.race([
        once(port, 'data', { signal: stop }).then(yes, no),
        once(port, 'close').then(no, no),
      ]);
      if (!rang) {
        port.destroy();
        return keeps || !stop.aborted ? undefined : simulation.result(undefined);
      }
      const { line, over } = simulation.call();
      const [outcome] = await Promise.all([over, joinLine(line, port)]);
      if (!keeps) return simulation.result(outcome);
      if (stop.aborted) return undefined;
    }
  } finally {
    end.abort();
  }
}
