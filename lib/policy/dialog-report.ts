import type { HidingLog } from '../dialog/hiding-log';
import { within } from '../dialog/within';
import type { SecurityMessage } from '../rasman/security-message';
import type { EndReason } from '../rasman/transaction';
import type { Clock } from '../time/clock';

/** What a policy's function may take for one report: the dialog stays in memory for as long. */
const MOST_SECONDS = 10;

/**
 * How one dialog ended.
 * @category Policies
 */
export interface DialogReport {
  /** Of which dialog: its `id`. */
  readonly id: string;
  /**
   * What the security DLL was told for the RAS server (`success`, `failure`, `error`), or:
   *
   * - `ended`: nothing, since the dialog was over before there was a verdict
   * - `overruled`, in a report of its own after one of the others: the verdict came when the
   *   security DLL had ended the dialog already, so that it did not count
   * - `cleanup-failed`, in a report of its own: a clean-up of `holdTermination` threw, or
   *   did not end within 10 minutes
   */
  readonly outcome: 'success' | 'failure' | 'error' | 'ended' | 'overruled' | 'cleanup-failed';
  /** The verdict: the one that was told, or the one that did not count. */
  readonly message?: SecurityMessage;
  /** Who has ended the dialog before its verdict counted; with `ended` and `overruled` only. */
  readonly endedBy?: EndReason;
  /** What was thrown, if anything was. */
  readonly cause?: unknown;
  /**
   * {@link cause} as a text for a log. If the caller may bring it about at any time (Ctrl-C, no
   * answer, a hang-up, a name that no account has), it is one line. Otherwise it has the stack and the
   * causes. The secrets of the dialog are not in it.
   */
  readonly why?: string;
}

/**
 * Told how each dialog of a policy ended.
 * @category Policies
 */
export type OnOutcome = (report: DialogReport) => void | Promise<void>;

/** Tells the reports of one dialog to its runner, and to the policy if that has an `onOutcome`. */
export class DialogReporter {
  readonly #report: (report: DialogReport) => void;
  readonly #onOutcome: OnOutcome | undefined;
  readonly #log: HidingLog;
  readonly #clock: Clock;
  readonly #told: Promise<void>[] = [];

  /** @param report - must not throw, unlike the policy's function */
  constructor(
    report: (report: DialogReport) => void,
    onOutcome: OnOutcome | undefined,
    log: HidingLog,
    clock: Clock,
  ) {
    this.#report = report;
    this.#onOutcome = onOutcome;
    this.#log = log;
    this.#clock = clock;
  }

  tell(report: DialogReport): void {
    this.#report(report);
    this.#told.push(this.#tellPolicy(report));
  }

  /** Resolves when the policy has done what it does about the reports so far, or has had its time. */
  async settled(): Promise<void> {
    await Promise.all(this.#told);
  }

  async #tellPolicy(report: DialogReport): Promise<void> {
    const onOutcome = this.#onOutcome;
    if (!onOutcome) return;
    try {
      await within(this.#clock, MOST_SECONDS, () => onOutcome(report));
    } catch (error) {
      this.#log.error('onOutcome has failed', { error });
    }
  }
}
