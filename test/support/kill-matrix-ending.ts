import type { Bound, Bounds } from './kill-matrix-bounds';
import type { Outcome } from './kill-matrix-cell';

/** What has ended a dialog: nothing but the fault itself, or a bound. */
export type Ender = 'at once' | Bound;

/** Errors that say which bound has passed (docs/errors.md). */
const ENDED_BY_BOUND: Readonly<Record<number, Bound>> = {
  1053: 'StartSeconds',
  1460: 'SilenceSeconds',
  638: 'DialogSeconds',
};

/** The worker has refused to serve: the log has the reason. */
const REFUSED = 1610;

/** What the worker has written when its policy did not end its self-check. */
const SELF_CHECK = /RASSHOST_E_SELF_CHECK: no end within/;

/** What was seen of a dialog. */
export interface Seen {
  /** The security DLL's number of it. */
  readonly session: number;
  readonly outcome: Outcome;
  /** What became of the other dialog of its worker. */
  readonly mate: Outcome | undefined;
  /** Whether an End was answered NO_ERROR. */
  readonly held: boolean;
  /** What the security DLL and the workers have logged meanwhile. */
  readonly log: string;
  /** From the fault to the end, or since Complete was let go on. */
  readonly ms: number;
  /** From Begin to the end. */
  readonly sinceBeginMs: number;
}

export interface Ending {
  readonly by: Ender;
  /** What is wrong with it. */
  readonly problems: readonly string[];
}

/** What a timer or a look of the test at its files may be early by. */
const EARLY_MS = 500;

/** For whatever else a busy machine has to do. */
const LATE_MS = 60_000;

/** What has ended a dialog, as its own traces tell, and whether the bound that did was kept. */
export function endingOf(seen: Seen, bounds: Bounds): Ending {
  const by = enderOf(seen);
  return { by, problems: [...problemsOf(by, seen, bounds)] };
}

function enderOf({ session, outcome, mate, held, log }: Seen): Ender {
  if (outcome.outcome === 'error') {
    if (outcome.dwError === REFUSED && SELF_CHECK.test(log)) return 'self-check';
    return ENDED_BY_BOUND[outcome.dwError ?? 0] ?? 'at once';
  }
  if (!held) return 'at once';
  if (log.includes(`dialog ${session} is terminated: its clean-up took longer than HoldSeconds`)) {
    return 'HoldSeconds';
  }
  // The hold was over with its worker.
  return ENDED_BY_BOUND[mate?.dwError ?? 0] ?? 'at once';
}

function* problemsOf(by: Ender, seen: Seen, bounds: Bounds): Generator<string> {
  const { ms, sinceBeginMs, held } = seen;
  // The one that no error tells of, and that no log can where the disk is full.
  if (held && by !== 'HoldSeconds' && ms > bounds.HoldSeconds * 1000 + LATE_MS) {
    yield `held for ${Math.round(ms)} ms`;
  }
  if (by === 'at once') return;
  const after = by === 'StartSeconds' || by === 'DialogSeconds' ? sinceBeginMs : ms;
  const lateMs = after - bounds[by] * 1000;
  if (-lateMs > EARLY_MS) yield `${Math.round(-lateMs)} ms too early for ${by}`;
  if (lateMs > LATE_MS) yield `${Math.round(lateMs)} ms too late for ${by}`;
}
