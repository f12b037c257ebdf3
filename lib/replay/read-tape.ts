import { readFile } from 'node:fs/promises';
import { RasshostError } from '../errors';
import type { Tape } from '../tape/tape';
import { parseTape } from './parse-tape';

/**
 * Reads a tape.
 *
 * @throws {@link RasshostError} RASSHOST_E_TAPE when it can't be read, or is no whole tape
 */
export async function readTape(file: string): Promise<Tape> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new RasshostError('RASSHOST_E_TAPE', `${file}: ${(cause as Error).message}`, { cause });
  }
  return parseTape(text, file);
}
