import { once } from 'node:events';
import { RasshostError } from '../../errors';
import { readScript } from '../../simulator/scp/parse-script';
import type { Credentials, Script } from '../../simulator/scp/script';
import { SYSTEM_CLOCK } from '../../time/clock';
import { EXIT_CODES, outcomeCode } from '../exit-codes';
import { scriptCredentials } from '../simulate-options';
import { keysOf, obeyKeys } from './served';
import type { Simulation } from './simulation';

/**
 * A script is the caller: once, or with `--watch` again with each new policy.
 *
 * @returns the exit code of the last call
 * @throws RasshostError RASSHOST_E_SCRIPT when the script is not valid, or, without `--watch`, when
 * the call does not go as it says; RASSHOST_E_OPTION for what it needs and the options do not give;
 * RASSHOST_E_STOPPED before the first call is over
 */
export async function callFromScript(simulation: Simulation, file: string): Promise<number> {
  const { options } = simulation;
  const script = readScript(file);
  const credentials = scriptCredentials(options, script.variables);
  const call = () => callOnce(simulation, file, script, credentials);
  if (options.watch !== true) return call();
  const end = new AbortController();
  obeyKeys(simulation, end.signal);
  return callAgain(simulation, call).finally(() => end.abort());
}

async function callAgain(simulation: Simulation, call: () => Promise<number>): Promise<number> {
  const { policy, reporter, stop, voice } = simulation;
  reporter.keys(`calls again when the policy changes; ${keysOf(simulation)}`);
  const stopped = stop.aborted ? Promise.resolve() : once(stop, 'abort');
  for (let code: number | undefined; ;) {
    const reloaded = policy.nextReload();
    try {
      code = await call();
    } catch (error) {
      if (!(error instanceof RasshostError)) throw error;
      if (error.code !== 'RASSHOST_E_STOPPED') {
        voice.warning(error.message);
        code = EXIT_CODES.failed;
      } else if (code === undefined) {
        throw error;
      }
    }
    await Promise.race([reloaded, stopped]);
    if (stop.aborted) return code;
  }
}

async function callOnce(
  simulation: Simulation,
  file: string,
  script: Script,
  credentials: Credentials,
): Promise<number> {
  const { options, stop, voice } = simulation;
  const { line, over } = simulation.call();
  try {
    await script.run({
      line,
      credentials,
      clock: SYSTEM_CLOCK,
      patienceSeconds: options.patienceSeconds,
      note: (text) => voice.warning(text),
    });
  } catch (error) {
    // It is told that the line is gone, which is then no fault of the call's.
    if (!stop.aborted) throw error;
  } finally {
    line.hangUp();
    await over;
  }
  const outcome = simulation.result(await over);
  const { expectedOutcome } = script;
  if (expectedOutcome === undefined) return outcomeCode(outcome);
  if (outcome.outcome === expectedOutcome) return EXIT_CODES.yes;
  const problem = `${file}: expected the outcome ${expectedOutcome}, not ${outcome.outcome}`;
  throw new RasshostError('RASSHOST_E_SCRIPT', problem);
}
