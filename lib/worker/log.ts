import { inspect } from 'node:util';
import { CallerHungUp, DialogTimeout } from '../dialog/errors';
import { RasshostError } from '../errors';
import type { DialogReport } from '../policy/run-dialog';

/**
 * Writes what went wrong in a dialog to standard error, which the security DLL has pointed at its
 * log file. Never what the caller typed.
 */
export function logReport({ id, outcome, message, cause }: DialogReport): void {
  if (outcome === 'success' || outcome === 'failure') return;
  if (outcome === 'ended' && (cause === undefined || isEnd(cause))) return;
  const code = message ? ` ${message.error}` : '';
  log(`dialog ${id}: ${outcome}${code}: ${describe(cause)}`);
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

/** With the stack, for the author of the policy. */
export function describe(cause: unknown): string {
  try {
    // A policy can throw an error whose stack is anything.
    const stack: unknown = cause instanceof Error ? cause.stack : undefined;
    return typeof stack === 'string' ? stack : inspect(cause);
  } catch {
    return 'something that throws when it is looked at';
  }
}

/**
 * Keeps a promise of a policy's that fails and that nobody awaits from ending the process, and with
 * it the calls of everybody else. It can't let anyone in: a verdict is what a policy returns.
 */
export function surviveForgottenPromises(): void {
  process.on('unhandledRejection', (reason) => {
    log(`a promise that nobody awaits has failed: ${describe(reason)}`);
  });
}
