import type { ChildProcess } from 'node:child_process';

/**
 * What process.kill() takes for a process that was started as the leader of its own group, to end
 * the programs with it that it has started: Windows has no such groups.
 */
export function ownGroup(pid: number): number {
  return process.platform === 'win32' ? pid : -pid;
}

/** Kills a process that was started `detached`, and what it has started. */
export function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  process.kill(ownGroup(pid), 'SIGKILL');
}
