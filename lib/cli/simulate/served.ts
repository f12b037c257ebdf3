import { listenForWishes } from '../../simulator/terminal-caller';
import type { Simulation } from './simulation';

/** What the terminal's keys do while others are the callers. */
export const KEYS = 'r reloads the policy, q or Ctrl-C stops';

/** Obeys the keys of the terminal, if there is one, until `end` or the simulation's stop. */
export function obeyKeys(simulation: Simulation, end: AbortSignal): void {
  const { stdin } = simulation.io;
  const over = AbortSignal.any([simulation.stop, end]);
  if (stdin?.isTTY !== true || over.aborted) return;
  simulation.reporter.keys(KEYS);
  const ended = new Promise((resolve) => over.addEventListener('abort', resolve));
  void listenForWishes(stdin, ended, (wish) => {
    if (wish === 'reload') simulation.reload();
    else if (wish === 'quit') simulation.quit();
  });
}
