import { policyManners, type Policy } from '../policy/policy';
import type { RasTransaction } from '../rasman/transaction';
import type { DialogReport } from '../policy/dialog-report';
import { runDialog, type RunOptions } from '../policy/run-dialog';
import type { Tape } from './tape';
import { TapeRecorder } from './tape-recorder';

/**
 * {@link runDialog} with a tape of the dialog.
 *
 * @param keep - gets the tape when the server has been told the verdict. The result rejects when
 * it does, and never before all is done for the call.
 */
export async function recordDialog(
  transaction: RasTransaction,
  policy: Policy,
  report: (report: DialogReport) => void,
  keep: (tape: Tape) => Promise<void>,
  options: RunOptions = {},
): Promise<void> {
  const { clock, observe } = options;
  const { codePage } = policyManners(policy);
  const recorder = new TapeRecorder(transaction, { codePage, ...(clock && { clock }) });
  let kept = Promise.resolve();
  const onReport = (told: DialogReport): void => {
    report(told);
    if (told.outcome === 'cleanup-failed' || told.outcome === 'overruled') return;
    kept = (async () => keep(recorder.finish(told)))();
    kept.catch(() => undefined);
  };
  await runDialog(transaction, policy, onReport, {
    ...options,
    observe(event) {
      recorder.observe(event);
      observe?.(event);
    },
  });
  await kept;
}
