import type { ReadStream } from 'node:tty';
import { RasshostError } from '../../errors';
import { policyManners } from '../../policy/policy';
import type { SimulatedOutcome } from '../../simulated/call';
import { RepeatingLine } from '../../simulator/repeating-line';
import {
  callFromTerminal,
  listenForWishes,
  YOU_CALL,
  type Wish,
} from '../../simulator/terminal-caller';
import type { Simulation } from './simulation';

/**
 * Whoever sits at the terminal is the caller. Returns how the last call has ended.
 *
 * @throws RasshostError RASSHOST_E_OPTION without a terminal, RASSHOST_E_STOPPED
 */
export async function callFromTheTerminal(simulation: Simulation): Promise<SimulatedOutcome> {
  const { io, options, policy, reporter, voice, stop } = simulation;
  const { stdin } = io;
  if (stdin?.isTTY !== true) {
    const needed = 'no terminal to call from: use --script, --tcp or --serial';
    throw new RasshostError('RASSHOST_E_OPTION', needed);
  }
  voice.banner('rasshost simulate', {
    policy: policy.file,
    caller: YOU_CALL,
    tape: options.record,
  });
  let before: readonly string[] = [];
  for (;;) {
    const { codePage } = policyManners(policy.policy);
    // The policy may ask before the call has been returned.
    simulation.onAsked = () => queueMicrotask(() => caller.asked());
    const { line, over } = simulation.call();
    const caller = new RepeatingLine(line, before);
    await callFromTerminal(stdin, caller, { codePage, onLacking: () => voice.ring() });
    const outcome = simulation.result(await over);
    if (stop.aborted || !simulation.keeps(false)) return outcome;
    const keys = 'Enter calls again, a answers as before, r reloads, q quits';
    reporter.keys(keys);
    if (!voice.hasStatus) voice.log(keys);
    const wish = await nextCall(stdin, simulation);
    if (wish === 'quit') return outcome;
    before = wish === 'repeat' ? caller.answers : [];
    voice.note('');
  }
}

/** Waits for a key that decides whether there is another call, and how. */
async function nextCall(terminal: ReadStream, simulation: Simulation): Promise<Wish> {
  const { policy, stop } = simulation;
  let decide!: (wish: Wish) => void;
  const decision = new Promise<Wish>((resolve) => {
    decide = resolve;
  });
  const onStop = (): void => decide('quit');
  stop.addEventListener('abort', onStop);
  await listenForWishes(terminal, decision, (wish) => {
    if (wish === 'reload') simulation.reload();
    else if (wish === 'quit') decide(wish);
    // Whoever has changed the policy means the new one.
    else void policy.settled().then(() => decide(wish));
  });
  stop.removeEventListener('abort', onStop);
  return decision;
}
