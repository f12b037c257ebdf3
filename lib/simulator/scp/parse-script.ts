import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { RasshostError } from '../../errors';
import { parseExpectScript } from './expect-script';
import { parseScpScript } from './scp-script';
import type { Script } from './script';

/**
 * Parses a caller's script: a dial-up script of Windows when the file's name ends in `.scp`, else
 * our own expect-like language. Every byte of the file is a character.
 *
 * @throws {@link RasshostError} RASSHOST_E_SCRIPT with file, line and column
 */
export function parseScript(file: string, source: string): Script {
  const isScp = extname(file).toLowerCase() === '.scp';
  return isScp ? parseScpScript(file, source) : parseExpectScript(file, source);
}

/** @throws {@link RasshostError} RASSHOST_E_SCRIPT, also when the file can't be read */
export function readScript(file: string): Script {
  let source: string;
  try {
    source = readFileSync(file, 'latin1');
  } catch (cause) {
    throw new RasshostError(
      'RASSHOST_E_SCRIPT',
      `${file} can't be read: ${(cause as Error).message}`,
      { cause },
    );
  }
  return parseScript(file, source);
}
