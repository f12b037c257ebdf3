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
 * What the one process of the machine that runs `program`, a Windows program's file name, has in
 * use. `pid` is this system's id of it.
 *
 * @throws Error when nothing was counted, lest the use of nothing pass for an even one
 */
export async function processUse(
  host: WindowsHost,
  program: string,
  pid: number,
): Promise<ProcessUse> {
  const { code, stdout, stderr } = await host.run(localBinary('handles.exe'), []);
  if (code !== 0) throw new Error(`handles.exe: exit code ${code}\n${stderr}`);
  const handles = (JSON.parse(stdout) as Record<string, number>)[program];
  if (!handles) throw new Error(`handles.exe has counted no handles of ${program}: ${stdout}`);
  const memory = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const own = [...memory.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)];
  const kilobytes = own.reduce((sum, [, number]) => sum + Number(number), 0);
  if (kilobytes === 0) throw new Error(`process ${pid} has no memory of its own: ${memory}`);
  const threads = readdirSync(`/proc/${pid}/task`).length;
  return { handles, threads, kilobytes: kilobytes - threads * STACK_KILOBYTES };
}
