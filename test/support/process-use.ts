import { readFileSync, readdirSync } from 'node:fs';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { localBinary } from './ras-server';

/** What a process holds. */
export interface ProcessUse {
  readonly handles: number;
  readonly threads: number;
  /** Memory that belongs to this process alone, without the stacks of its threads, in KiB. */
  readonly kilobytes: number;
}

/** What a thread of the system's pool has of them under Wine 8, measured. */
const STACK_KILOBYTES = 976;

/**
 * What processes have in use: this system's ids of them, by the file names of their Windows
 * programs, of which the machine runs no other.
 *
 * @throws Error when nothing was counted, lest the use of nothing pass for an even one
 */
export async function processUse<Program extends string>(
  host: WindowsHost,
  processes: Readonly<Record<Program, number>>,
): Promise<Record<Program, ProcessUse>> {
  const { code, stdout, stderr } = await host.run(localBinary('handles.exe'), []);
  if (code !== 0) throw new Error(`handles.exe: exit code ${code}\n${stderr}`);
  const counted = JSON.parse(stdout) as Record<string, number>;
  const entries = Object.entries<number>(processes).map(([program, pid]) => {
    const handles = counted[program];
    if (!handles) throw new Error(`handles.exe has counted no handles of ${program}: ${stdout}`);
    const memory = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    const own = [...memory.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)];
    const kilobytes = own.reduce((sum, [, number]) => sum + Number(number), 0);
    if (kilobytes === 0) throw new Error(`process ${pid} has no memory of its own: ${memory}`);
    const threads = readdirSync(`/proc/${pid}/task`).length;
    return [program, { handles, threads, kilobytes: kilobytes - threads * STACK_KILOBYTES }];
  });
  return Object.fromEntries(entries) as Record<Program, ProcessUse>;
}
