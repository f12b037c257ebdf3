import type { SimulatedOutcome } from '../simulated/call';
import { PolicyFile } from '../simulator/policy-file';
import { EXIT_CODES, outcomeCode } from './exit-codes';
import type { Io } from './io';
import { withPolicyHere } from './policy-here';
import { checkCombination, type SimulateOptions } from './simulate-options';
import { callFromScript } from './simulate/script';
import { serveSerial } from './simulate/serial';
import { Simulation } from './simulate/simulation';
import { serveTcp } from './simulate/tcp';
import { callFromTheTerminal } from './simulate/terminal';
import { Voice } from './voice/voice';

/**
 * `rasshost simulate POLICY`: calls to a policy with a RAS server in TypeScript, on any system. The
 * caller is whoever sits at the terminal, or a script, or comes in at a TCP port or a serial one.
 *
 * @returns how the call ended, 0 for a server for many calls, or 5 when a tape can't be written
 * @throws RasshostError RASSHOST_E_OPTION, as PolicyFile.load, RASSHOST_E_SCRIPT when a call does not
 * go as the script says, RASSHOST_E_STOPPED before the one call that there was to be is over
 */
export async function simulate(
  policyPath: string,
  options: SimulateOptions,
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  const voice = new Voice(io, { quiet: options.quiet === true || options.json === true });
  try {
    checkCombination(options);
    return await withPolicyHere(voice, async () => {
      const policy = await load(policyPath, options, voice, stop);
      const simulation = new Simulation({ policy, options, io, voice, stop });
      try {
        const code = await run(simulation);
        return simulation.tapesAreMissing ? EXIT_CODES.failed : code;
      } finally {
        simulation.close();
      }
    });
  } finally {
    voice.close();
  }
}

async function load(
  policyPath: string,
  { loadSeconds }: SimulateOptions,
  voice: Voice,
  stop: AbortSignal,
): Promise<PolicyFile> {
  voice.progress(`loading ${policyPath}`);
  const policy = await PolicyFile.load(policyPath, { loadSeconds, stop }, (error) => {
    voice.endProgress();
    if (error === undefined) voice.note('the policy is new');
    else if (!stop.aborted) voice.warning(`the policy stays: ${error.message}`);
  });
  voice.endProgress();
  return policy;
}

async function run(simulation: Simulation): Promise<number> {
  const { script } = simulation.options;
  if (script !== undefined) return callFromScript(simulation, script);
  const outcome = await outcomeOf(simulation);
  return outcome === undefined ? EXIT_CODES.yes : outcomeCode(outcome);
}

/** Returns how the call has ended, unless there were to be many. */
function outcomeOf(simulation: Simulation): Promise<SimulatedOutcome | undefined> {
  const { tcp, serial } = simulation.options;
  if (tcp !== undefined) return serveTcp(simulation, tcp);
  if (serial !== undefined) return serveSerial(simulation, serial);
  return callFromTheTerminal(simulation);
}
