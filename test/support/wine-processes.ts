import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { until, type RasServer } from './ras-server';

/** Wine's own programs, which outlive the last one of a prefix that is kept by a few seconds. */
const WINES_OWN = /wineserver|\\windows\\system32\\/i;

/** Ids of the processes of this machine that have `text` in their environment or command line. */
export function processesWith(text: string): number[] {
  const contains = (pid: string, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(text);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((pid) => contains(pid, 'environ') || contains(pid, 'cmdline'))
    .map(Number);
}

/**
 * This system's ids of a server's own process and its workers', or of those that run `program`, in
 * the order of their start.
 */
export function processesOf(server: RasServer, program = ''): number[] {
  return processesWith(server.directory)
    .filter((pid) => read(`/proc/${pid}/cmdline`).includes(program))
    .map((pid) => ({ pid, started: Number(read(`/proc/${pid}/stat`).split(' ').at(21)) }))
    .sort((a, b) => a.started - b.started)
    .map(({ pid }) => pid);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // The process has ended meanwhile.
    return '';
  }
}

/**
 * Waits until no process is left that has `mark` in its environment or command line; only those
 * that are wanted are counted, such as all but Wine's own, which end a few seconds after the others.
 */
export async function noneLeft(
  mark: string,
  isWanted: (program: string) => boolean = () => true,
): Promise<void> {
  const left = () =>
    processesWith(mark)
      .map((pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '))
      // One that has ended, and that nobody has asked about, has no command line any more.
      .filter((program) => program !== '' && isWanted(program));
  await until(
    () => `the end of ${left().join(', ')}`,
    () => left().length === 0,
    () => left().length,
  );
}

/**
 * Has each test of this file leave no process but Wine's own, and the file not even these. To be
 * called after the file's own hooks.
 */
export function leaveNoProcess(): void {
  const mark = randomUUID();
  // Every process inherits it.
  process.env['RASSHOST_TEST_FILE'] = mark;
  afterEach(() => noneLeft(mark, (program) => !WINES_OWN.test(program)));
  afterAll(() => noneLeft(mark));
}
