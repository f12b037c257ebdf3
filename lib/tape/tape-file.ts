import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { RasshostError } from '../errors';
import { formatTape, type Tape } from './tape';

/**
 * Writes a tape, all of it or nothing, for its owner's eyes only (on Windows: for those who may
 * read what is in the directory).
 *
 * @throws {@link RasshostError} RASSHOST_E_EXISTS, or RASSHOST_E_TAPE for whatever the system
 * refuses
 */
export async function writeTape(file: string, tape: Tape): Promise<void> {
  const part = `${file}.part`;
  try {
    // Exclusive, so that of two who write the same tape only one gets past this line.
    await writeFile(part, formatTape(tape), { mode: 0o600, flag: 'wx', flush: true });
    try {
      if (existsSync(file)) throw new RasshostError('RASSHOST_E_EXISTS', `${file} exists already`);
      await rename(part, file);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  } catch (cause) {
    if (cause instanceof RasshostError) throw cause;
    throw new RasshostError('RASSHOST_E_TAPE', `${file}: ${reason(cause)}`, { cause });
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
