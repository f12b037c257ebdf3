import { describe } from '../dialog/describe';
import { CallerHungUp, DialogTimeout } from '../dialog/errors';
import { CURRENT_LOG } from '../dialog/hiding-log';
import { RasshostError } from '../errors';
import type { DialogReport } from '../policy/dialog-report';

/**
 * Writes what is to be known of a dialog to standard error, which the security DLL has pointed at
 * its log file: what was thrown, be it by a caller who gave no answer, and that a verdict did not
 * count. Never what the caller typed in secret.
 */
export function logReport({ id, outcome, message, endedBy, cause, why }: DialogReport): void {
  if (outcome === 'overruled') {
    log(`dialog ${id}: overruled: the verdict came after the end of the dialog (${endedBy})`);
  } else if (why !== undefined && !(outcome === 'ended' && isEnd(cause))) {
    const code = message?.error ? ` ${message.error}` : '';
    log(`dialog ${id}: ${outcome}${code}: ${why}`);
  }
}

/** What a policy throws because its caller is gone: nothing went wrong. */
function isEnd(cause: unknown): boolean {
  return (
    cause instanceof CallerHungUp ||
    cause instanceof DialogTimeout ||
    (cause instanceof RasshostError && cause.code === 'RASSHOST_E_OVER')
  );
}

/** One entry of the log, with the time in UTC. */
export function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}

/**
 * Keeps a promise of a policy's that fails and that nobody awaits from ending the process, and with
 * it the calls of everybody else. It can't let anyone in: a verdict is what a policy returns. What the
 * caller of its dialog typed in secret is not shown, as long as that dialog lasts.
 */
export function surviveForgottenPromises(): void {
  process.on('unhandledRejection', (reason) => {
    const dialogLog = CURRENT_LOG.getStore();
    const why = dialogLog ? dialogLog.describe(reason) : describe(reason);
    log(`a promise that nobody awaits has failed: ${why}`);
  });
}
