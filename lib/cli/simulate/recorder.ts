import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, parse, resolve } from 'node:path';
import { RasshostError } from '../../errors';
import type { runDialog } from '../../policy/run-dialog';
import { checkWritableDirectory } from '../writable-directory';

/** For what only some calls need: the first prompt is not to wait for it. */
const load = createRequire(__filename);

/**
 * Runs dialogs with a tape of each: `file`, and for further calls the same with their number.
 *
 * @param onFailure - told that there is no tape of a call, and why
 * @throws {@link RasshostError} RASSHOST_E_EXISTS, or RASSHOST_E_OPTION when no file can be
 * written there
 */
export function recorder(file: string, onFailure: (problem: string) => void): typeof runDialog {
  if (existsSync(file)) {
    throw new RasshostError('RASSHOST_E_EXISTS', `--record: ${file} exists already`);
  }
  checkWritableDirectory('--record', dirname(resolve(file)));
  const { recordDialog } = load(
    '../../tape/record-dialog',
  ) as typeof import('../../tape/record-dialog');
  const { writeTape } = load('../../tape/tape-file') as typeof import('../../tape/tape-file');
  return async (transaction, policy, report, options) => {
    const { dir, name, ext } = parse(file);
    const tapeFile = transaction.id === 1n ? file : join(dir, `${name}-${transaction.id}${ext}`);
    try {
      await recordDialog(transaction, policy, report, (tape) => writeTape(tapeFile, tape), options);
    } catch (error) {
      onFailure(`there is no tape of call ${transaction.id}: ${String(error)}`);
    }
  };
}
