import type { Fault, Moment } from './kill-matrix-order';

/** Seconds after which the security DLL or the worker ends what does not end by itself. */
export interface Bounds {
  readonly StartSeconds: number;
  readonly 'self-check': number;
  readonly SilenceSeconds: number;
  readonly DialogSeconds: number;
  readonly HoldSeconds: number;
}
export type Bound = keyof Bounds;

/** What has ended a dialog: nothing but the fault itself, or a bound. */
export type Ender = 'at once' | Bound;

/** How long a dialog lasts that nobody else ends. */
export const LONG_SECONDS = 600;

/**
 * Where the fault itself is to end the dialog: so far off that whatever waits for a bound can't be
 * taken for that. Nobody can set how long a self-check may take.
 */
const FAR: Bounds = {
  StartSeconds: 20,
  'self-check': 5,
  SilenceSeconds: 20,
  DialogSeconds: LONG_SECONDS,
  HoldSeconds: 20,
};

/** Near where nothing else ends the dialog, and so far apart that none is taken for another. */
const NEAR: Partial<Record<Fault, Partial<Bounds>>> = {
  'worker suspended': { StartSeconds: 15, SilenceSeconds: 5 },
  'event loop blocked': { StartSeconds: 15, SilenceSeconds: 5 },
  'policy never answers': { DialogSeconds: 10, HoldSeconds: 10 },
  // Its memory is looked at with each beat, of which there are five in SilenceSeconds.
  'out of memory in the worker': { SilenceSeconds: 10 },
  // The clock jumps over all of the others, again and again, and never over this one.
  'clock jump': { DialogSeconds: 3600 },
};

/** What holds while a fault has its turn. */
export function boundsFor(fault: Fault): Bounds {
  return { ...FAR, ...NEAR[fault] };
}

/** What a timer or a look of the test at its files may be early by. */
const EARLY_MS = 500;

/** For what a busy machine may do at its own pace; docs/kill-matrix.md names it. */
const LATE_MS = 5000;

/** When a dialog was over. */
export interface Measured {
  /** After the fault, or after Complete was let go on. */
  readonly ms: number;
  /** After Begin. */
  readonly sinceBeginMs: number;
}

/** What has ended a dialog, by the clock alone. */
export interface Ending {
  readonly by: Ender;
  /** What is wrong with the time. */
  readonly problems: readonly string[];
}

/** Decides for what would have ended the dialog most nearly then. */
export function endingOf(fault: Fault, moment: Moment, measured: Measured): Ending {
  const bounds = boundsFor(fault);
  const { by, early, late } = enders(moment)
    .map((ender) => ({ by: ender, ...missOf(ender, bounds, measured) }))
    .reduce((a, b) => (Math.max(a.early, a.late) <= Math.max(b.early, b.late) ? a : b));
  const problems = [];
  const which = `for ${by}, after ${Math.round(measured.ms)} ms`;
  if (early > EARLY_MS) problems.push(`${Math.round(early)} ms too early ${which}`);
  if (late > LATE_MS) problems.push(`${Math.round(late)} ms too late ${which}`);
  return { by, problems };
}

/** What can end a dialog at a moment. */
function enders(moment: Moment): readonly Ender[] {
  switch (moment) {
    case 'before handshake':
      return ['at once', 'StartSeconds', 'self-check'];
    case 'verdict sent':
    case 'inside Complete':
    case 'during hold':
      return ['at once', 'SilenceSeconds', 'HoldSeconds'];
    default:
      return ['at once', 'SilenceSeconds', 'DialogSeconds'];
  }
}

/** By how many milliseconds the end of a dialog misses the time at which it would have come. */
function missOf(by: Ender, bounds: Bounds, { ms, sinceBeginMs }: Measured) {
  if (by === 'at once') return { early: -ms, late: ms };
  const after = by === 'StartSeconds' || by === 'DialogSeconds' ? sinceBeginMs : ms;
  const bound = bounds[by] * 1000;
  // Silence is noticed with the beat that follows.
  const latest = by === 'SilenceSeconds' ? bound * 1.2 : bound;
  return { early: bound - after, late: after - latest };
}
