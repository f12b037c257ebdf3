import { once } from 'node:events';
import { RasshostError } from '../../errors';
import type { SimulatedOutcome } from '../../simulated/call';
import { readScript } from '../../simulator/scp/parse-script';
import type { Credentials, Script } from '../../simulator/scp/script';
import { SYSTEM_CLOCK } from '../../time/clock';
import { scriptCredentials } from '../simulate-options';
import type { Simulation } from './simulation';

/**
 * A script is the caller: once, or with `--watch` again with each new policy. Returns how the last
 * call has ended, or undefined when that is what the script expects.
 *
 * @throws RasshostError RASSHOST_E_SCRIPT when the script is not valid, or, without `--watch`, when
 * the call does not go as it says; RASSHOST_E_OPTION for what it needs and the options do not give
 */
export async function callFromScript(
  simulation: Simulation,
  file: string,
): Promise<SimulatedOutcome | undefined> {
  const { options, policy, reporter, stop, voice } = simulation;
  const script = readScript(file);
  const credentials = scriptCredentials(options, script.variables);
  const call = () => callOnce(simulation, file, script, credentials);
  if (options.watch !== true) return call();
  reporter.keys('calls again when the policy changes');
  const stopped = stop.aborted ? Promise.resolve() : once(stop, 'abort');
  for (;;) {
    const reloaded = policy.nextReload();
    const outcome = await call().catch((error: unknown) => {
      if (!(error instanceof RasshostError)) throw error;
      voice.warning(error.message);
      return undefined;
    });
    await Promise.race([reloaded, stopped]);
    if (stop.aborted) return outcome;
  }
}

async function callOnce(
  simulation: Simulation,
  file: string,
  script: Script,
  credentials: Credentials,
): Promise<SimulatedOutcome | undefined> {
  const { options, voice } = simulation;
  const { line, over } = simulation.call();
  try {
    await script.run({
      line,
      credentials,
      clock: SYSTEM_CLOCK,
      patienceSeconds: options.patienceSeconds,
      note: (text) => voice.warning(text),
    });
  } finally {
    line.hangUp();
    await over;
  }
  const outcome = await over;
  const { expectedOutcome } = script;
  if (expectedOutcome === undefined) return outcome;
  if (outcome.outcome === expectedOutcome) return undefined;
  const problem = `${file}: expected the outcome ${expectedOutcome}, not ${outcome.outcome}`;
  throw new RasshostError('RASSHOST_E_SCRIPT', problem);
}
