import { once } from 'node:events';
import type { SimulatedOutcome } from '../../simulated/call';
import { joinLine } from '../../simulator/join-line';
import { listen, parseTcpAddress } from '../../simulator/tcp-server';
import { Telnet } from '../../simulator/telnet';
import { keysOf, obeyKeys } from './served';
import type { Simulation } from './simulation';

/**
 * Whoever connects is a caller, several at a time. Returns how the first call has ended if there
 * was to be one only.
 *
 * @throws RasshostError RASSHOST_E_STOPPED before that one was over
 */
export async function serveTcp(
  simulation: Simulation,
  text: string,
): Promise<SimulatedOutcome | undefined> {
  const { options, policy, reporter } = simulation;
  const { telnet } = options;
  const calls = new Set<Promise<unknown>>();
  let first: Promise<SimulatedOutcome> | undefined;
  const firstIsOver = new AbortController();
  const keeps = simulation.keeps(true);
  const { server, address } = await listen(parseTcpAddress(text), (socket) => {
    if (!keeps && first) {
      socket.destroy();
      return;
    }
    const { line, over } = simulation.call();
    first ??= over;
    const mode = telnet === undefined ? 'auto' : telnet ? 'on' : 'off';
    const done = Promise.all([over, joinLine(line, socket, new Telnet(mode))]);
    calls.add(done);
    void done.finally(() => {
      calls.delete(done);
      if (!keeps) firstIsOver.abort();
    });
  });
  const keys = keysOf(simulation);
  reporter.listening(address, {
    policy: policy.file,
    port: address,
    tapes: options.record,
    keys,
  });
  reporter.keys(keys);
  obeyKeys(simulation, firstIsOver.signal);
  const end = AbortSignal.any([simulation.stop, firstIsOver.signal]);
  if (!end.aborted) await once(end, 'abort');
  server.close();
  await Promise.all(calls);
  return keeps ? undefined : simulation.result(await first);
}
