import { ERROR_PORT_DISCONNECTED } from '../rasman/codes';
import type { SimulatedOutcome } from '../simulated/call';
import { PolicyFile } from '../simulator/policy-file';
import { EXIT_CODES } from './exit-codes';
import type { Io } from './io';
import { checkCombination, type SimulateOptions } from './simulate-options';
import { callFromScript } from './simulate/script';
import { serveSerial } from './simulate/serial';
import { Simulation } from './simulate/simulation';
import { serveTcp } from './simulate/tcp';
import { callFromTheTerminal } from './simulate/terminal';
import { Voice } from './voice/voice';

/** The exit code tells how the call ended; a server for many calls exits with 0. */
const OUTCOME_CODES = {
  success: EXIT_CODES.yes,
  failure: EXIT_CODES.no,
  error: EXIT_CODES.fault,
  ended: EXIT_CODES.hungUp,
} as const;

/**
 * `rasshost simulate POLICY`: calls to a policy with a RAS server in TypeScript, on any system. The
 * caller is whoever sits at the terminal, or a script, or comes in at a TCP port or a serial one.
 *
 * @returns {@link OUTCOME_CODES}, or 5 when a tape can't be written
 * @throws RasshostError RASSHOST_E_OPTION, as PolicyFile.load, RASSHOST_E_SCRIPT when a call does not
 * go as the script says
 */
export async function simulate(
  policyPath: string,
  options: SimulateOptions,
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  const voice = new Voice(io, { quiet: options.quiet === true || options.json === true });
  let simulation: Simulation | undefined;
  try {
    checkCombination(options);
    voice.progress(`loading ${policyPath}`);
    const policy = await PolicyFile.load(
      policyPath,
      { loadSeconds: options.loadSeconds, stop },
      (error) => {
        voice.endProgress();
        if (error) voice.warning(`the policy stays: ${error.message}`);
        else voice.note('the policy is new');
      },
    );
    voice.endProgress();
    simulation = new Simulation({ policy, options, io, voice, stop });
    const outcome = await run(simulation);
    if (simulation.tapesAreMissing) return EXIT_CODES.failed;
    return outcome ? outcomeCode(outcome) : EXIT_CODES.yes;
  } finally {
    simulation?.close();
    voice.close();
  }
}

/** Returns how the call has ended, unless there were many, or all went as expected. */
function run(simulation: Simulation): Promise<SimulatedOutcome | undefined> {
  const { tcp, serial, script } = simulation.options;
  if (tcp !== undefined) return serveTcp(simulation, tcp);
  if (serial !== undefined) return serveSerial(simulation, serial);
  if (script !== undefined) return callFromScript(simulation, script);
  return callFromTheTerminal(simulation);
}

function outcomeCode({ outcome, dwError }: SimulatedOutcome): number {
  // A policy that learns of a hang-up before the RAS server ends the call answers with an error.
  return dwError === ERROR_PORT_DISCONNECTED ? OUTCOME_CODES.ended : OUTCOME_CODES[outcome];
}
