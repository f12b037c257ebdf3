import { listenForWishes } from '../../simulator/terminal-caller';
import type { Simulation } from './simulation';

/** What stops a simulation in which others are the callers, and what else the terminal's keys do. */
export function keysOf({ io }: Simulation): string {
  // Without a terminal to read keys from, Ctrl-C is a signal.
  return io.stdin?.isTTY === true ? 'r reloads the policy, q or Ctrl-C stops' : 'Ctrl-C stops';
}

/** Obeys the keys of the terminal, if there is one, until `end` or the simulation's stop. */
export function obeyKeys(simulation: Simulation, end: AbortSignal): void {
  const { stdin } = simulation.io;
  const over = AbortSignal.any([simulation.stop, end]);
  if (stdin?.isTTY !== true || over.aborted) return;
  const ended = new Promise((resolve) => over.addEventListener('abort', resolve));
  void listenForWishes(stdin, ended, (wish) => {
    if (wish === 'reload') simulation.reload();
    else if (wish === 'quit') simulation.quit();
  });
}
