import { readFileSync, readdirSync } from 'node:fs';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { localBinary } from './ras-server';

/** What a process holds. */
export interface ProcessUse {
  readonly handles: number;
  readonly threads: number;
  /** Memory that belongs to this process alone, in KiB. */
  readonly kilobytes: number;
}

/**
 * What the one process of the machine that runs `program`, a Windows program's file name, has in
 * use. `pid` is this system's id of it.
 */
export async function processUse(
  host: WindowsHost,
  program: string,
  pid: number,
): Promise<ProcessUse> {
  const { stdout } = await host.run(localBinary('handles.exe'), []);
  const handles = JSON.parse(stdout) as Record<string, number>;
  const memory = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const own = [...memory.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)];
  return {
    handles: handles[program] ?? 0,
    threads: readdirSync(`/proc/${pid}/task`).length,
    kilobytes: own.reduce((sum, [, number]) => sum + Number(number), 0),
  };
}
