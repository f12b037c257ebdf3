import { TapeDirectory } from '../tape/tape-directory';
import { log } from './log';
import { runDialog } from '../policy/run-dialog';

/** {@link runDialog}, which records each dialog when there is a directory for tapes. */
export function dialogRunner(tapeDirectory: string | undefined): typeof runDialog {
  if (tapeDirectory === undefined) return runDialog;
  const tapes = new TapeDirectory(tapeDirectory, log);
  return (transaction, policy, report) => tapes.record(transaction, policy, report);
}
