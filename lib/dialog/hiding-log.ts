import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../time/clock';
import type { CodePage } from './code-page';
import { describe, withoutControls } from './describe';
import type { DialogEvent } from './dialog-event';
import {
  logLine,
  type DialogLog,
  type LogEntry,
  type LogFields,
  type LogLevel,
} from './dialog-log';
import { hideTraces, linesOf, traceOf } from './hide-traces';
import { printedForms } from './printed-forms';

/** What the log needs to know of its dialog. */
export interface LoggedDialog {
  readonly id: string;
  readonly clock: Clock;
  readonly codePage: CodePage;
  /** Writes an entry. Default: to standard error. */
  readonly log: ((entry: LogEntry) => void) | undefined;
}

/** The log of one dialog, in which nobody can read the secrets of that dialog. */
export class HidingLog implements DialogLog {
  readonly #dialog: LoggedDialog;
  readonly #secrets: Buffer[] = [];

  constructor(dialog: LoggedDialog) {
    this.#dialog = dialog;
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  /** Remembers what must not be read. */
  observe(event: DialogEvent): void {
    if (event.kind !== 'answered-secret' && event.kind !== 'shown-secret') return;
    // Not Buffer.from: its pool is shared memory that nobody wipes.
    this.#secrets.push(Buffer.alloc(event.bytes.length, event.bytes));
  }

  /** {@link describe}, without what must not be read. */
  describe(value: unknown): string {
    return describe(value, (text) => this.#hide(text));
  }

  /** A text on one line, without what must not be read. */
  line(text: string): string {
    return withoutControls(this.#hide(text));
  }

  /** Forgets the secrets: nothing is left to do for the dialog. */
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
export const CURRENT_LOG = new AsyncLocalStorage<HidingLog>();

function writeToStandardError(entry: LogEntry): void {
  process.stderr.write(`${logLine(entry)}\n`);
}
