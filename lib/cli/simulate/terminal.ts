import type { ReadStream } from 'node:tty';
import { RasshostError } from '../../errors';
import { policyManners } from '../../policy/policy';
import type { SimulatedOutcome } from '../../simulated/call';
import { callFromTerminal, listenForWishes } from '../../simulator/terminal-caller';
import type { Simulation } from './simulation';

const BELL = '\x07';

/** Whoever sits at the terminal is the caller. Returns how the last call has ended. */
export async function callFromTheTerminal(simulation: Simulation): Promise<SimulatedOutcome> {
  const { io, options, policy, reporter, voice, stop } = simulation;
  const { stdin } = io;
  if (stdin?.isTTY !== true) {
    const needed = 'no terminal to call from: use --script, --tcp or --serial';
    throw new RasshostError('RASSHOST_E_OPTION', needed);
  }
  voice.banner('rasshost simulate', {
    policy: policy.file,
    caller: 'you: every key goes to the policy, Ctrl-] hangs up',
    tape: options.record,
  });
  for (;;) {
    const { codePage } = policyManners(policy.policy);
    const { line, over } = simulation.call();
    await callFromTerminal(stdin, line, { codePage, onLacking: () => voice.dialog(BELL) });
    const outcome = await over;
    if (stop.aborted || !simulation.keeps(false)) return outcome;
    reporter.keys('Enter calls again, r reloads the policy, q quits');
    if (!(await wantsAnotherCall(stdin, simulation))) return outcome;
    voice.note('');
  }
}

async function wantsAnotherCall(terminal: ReadStream, { policy, stop }: Simulation) {
  let decide!: (another: boolean) => void;
  const decision = new Promise<boolean>((resolve) => {
    decide = resolve;
  });
  const onStop = (): void => decide(false);
  stop.addEventListener('abort', onStop);
  await listenForWishes(terminal, decision, (wish) => {
    if (wish === 'reload') policy.reload();
    else decide(wish === 'again');
  });
  stop.removeEventListener('abort', onStop);
  return decision;
}
