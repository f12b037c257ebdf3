import { existsSync } from 'node:fs';
import { RasshostError } from '../errors';

/**
 * Refuses a file that the command line names and that does not exist.
 *
 * @param option - that names it, for the message
 * @throws {@link RasshostError} RASSHOST_E_OPTION
 */
export function checkNamedFile(option: string, file: string): void {
  if (existsSync(file)) return;
  throw new RasshostError('RASSHOST_E_OPTION', `${option}: there is no file ${file}`);
}
