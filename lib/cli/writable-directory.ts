import { mkdtempSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { RasshostError } from '../errors';

/**
 * Refuses a directory where nothing can be written: found out by writing, since rights alone do
 * not tell it.
 *
 * @param option - that names it, for the message
 * @throws {@link RasshostError} RASSHOST_E_OPTION
 */
export function checkWritableDirectory(option: string, directory: string): void {
  try {
    rmdirSync(mkdtempSync(join(directory, '.rasshost-')));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `can't be written to (${code})`;
    const problem = `${option}: the directory ${directory} ${why}`;
    throw new RasshostError('RASSHOST_E_OPTION', problem, { cause });
  }
}
