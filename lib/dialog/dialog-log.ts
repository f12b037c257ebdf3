/**
 * How bad it is that there is something to log.
 * @category Calls
 */
export type LogLevel = 'info' | 'warn' | 'error';

/**
 * A line that a policy has written to the log.
 * @category Calls
 */
export interface LogEntry {
  /** When, by the dialog's clock. */
  readonly date: Date;
  /** Of which dialog: its `id`. */
  readonly id: string;
  /** How bad it is. */
  readonly level: LogLevel;
  /** Message and fields, without the secrets of the dialog; the lines after the first are indented. */
  readonly text: string;
}

/**
 * What belongs to a message, by name: `{ serial: 'A17', tries: 2 }`.
 * @category Dialogs
 */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * The log, for a policy. In the worker it is the log of the security DLL; in the simulator and in
 * tests it is theirs. Each line has its time and the id of its dialog.
 *
 * A secret never gets there. A {@link Secret} is written as `[secret]`. If a text or bytes contain
 * what the caller has typed in secret, or what was shown in secret, that part is written as
 * `[secret]`, too. There are two limits: the secret must have three characters or more, and the line
 * must be written before the secrets are wiped. That is when the dialog is over, and the clean-ups of
 * `holdTermination` and `onOutcome` are done.
 *
 * @category Dialogs
 * @example
 * ```ts
 * dialog.log.warn('the token server is slow', { serial: 'A17', seconds: 4 });
 * // 2026-01-05T12:00:00.000Z dialog 7: warn: the token server is slow { serial: 'A17', seconds: 4 }
 * ```
 */
export interface DialogLog {
  /** Something that is as it should be. */
  info(message: string, fields?: LogFields): void;
  /** Something that somebody should look at. */
  warn(message: string, fields?: LogFields): void;
  /** Something that has gone wrong. An error among the fields is written with stack and causes. */
  error(message: string, fields?: LogFields): void;
}

/** An entry as it stands in a log. */
export function logLine({ date, id, level, text }: LogEntry): string {
  return `${date.toISOString()} dialog ${id}: ${level}: ${text}`;
}
