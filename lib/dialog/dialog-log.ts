import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../time/clock';
import type { CodePage } from './code-page';
import { describe, withoutControls } from './describe';
import type { DialogEvent } from './dialog-event';
import { hideTraces, linesOf, traceOf } from './hide-traces';
import { printedForms } from './printed-forms';

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
  /** Of which dialog: {@link Dialog.id}. */
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

/** What the log needs to know of its dialog. @internal */
export interface LoggedDialog {
  readonly id: string;
  readonly clock: Clock;
  readonly codePage: CodePage;
  /** Writes an entry. Default: to standard error. */
  readonly log: ((entry: LogEntry) => void) | undefined;
}

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
export class DialogLog {
  readonly #dialog: LoggedDialog;
  readonly #secrets: Buffer[] = [];

  /** @internal */
  constructor(dialog: LoggedDialog) {
    this.#dialog = dialog;
  }

  /** Something that is as it should be. */
  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  /** Something that somebody should look at. */
  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  /** Something that has gone wrong. An error among the fields is written with stack and causes. */
  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  /** Remembers what must not be read. @internal */
  observe(event: DialogEvent): void {
    if (event.kind !== 'answered-secret' && event.kind !== 'shown-secret') return;
    // Not Buffer.from: its pool is shared memory that nobody wipes.
    this.#secrets.push(Buffer.alloc(event.bytes.length, event.bytes));
  }

  /** {@link describe}, without what must not be read. @internal */
  describe(value: unknown): string {
    return describe(value, (text) => this.#hide(text));
  }

  /** A text on one line, without what must not be read. @internal */
  line(text: string): string {
    return withoutControls(this.#hide(text));
  }

  /** Forgets the secrets: nothing is left to do for the dialog. @internal */
  wipe(): void {
    for (const secret of this.#secrets.splice(0)) secret.fill(0);
  }

  #write(level: LogLevel, message: unknown, fields?: LogFields): void {
    const { id, clock, log = writeToStandardError } = this.#dialog;
    const words = this.line(String(message));
    const text = fields === undefined ? words : `${words} ${this.describe(fields)}`;
    log({ date: clock.date(), id, level, text });
  }

  #hide(text: string): string {
    const forms = this.#secrets.flatMap((secret) => printedForms(secret));
    const traces = forms.flatMap(linesOf).flatMap((line) => traceOf([['secret', line]]));
    const parts = hideTraces([text], traces, this.#dialog.codePage).flat();
    for (const bytes of [...forms, ...traces.map((trace) => trace.bytes)]) bytes.fill(0);
    return parts.map((part) => (typeof part === 'string' ? part : '[secret]')).join('');
  }
}

/** The log of the dialog to which whatever runs belongs, such as a promise that nobody awaits. */
export const CURRENT_LOG = new AsyncLocalStorage<DialogLog>();

/** An entry as it stands in a log. */
export function logLine({ date, id, level, text }: LogEntry): string {
  return `${date.toISOString()} dialog ${id}: ${level}: ${text}`;
}

function writeToStandardError(entry: LogEntry): void {
  process.stderr.write(`${logLine(entry)}\n`);
}
