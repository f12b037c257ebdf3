import type { Fault } from './kill-matrix-order';

/** Seconds after which the security DLL or the worker ends what does not end by itself. */
export interface Bounds {
  readonly StartSeconds: number;
  readonly 'self-check': number;
  readonly SilenceSeconds: number;
  readonly DialogSeconds: number;
  readonly HoldSeconds: number;
}
export type Bound = keyof Bounds;

/** How long a dialog lasts that nobody else ends. */
export const LONG_SECONDS = 600;

/**
 * Where the fault itself is to end the dialog: so far off that a busy machine does not get there.
 * Nobody can set how long a self-check may take.
 */
const FAR: Bounds = {
  StartSeconds: 20,
  'self-check': 5,
  SilenceSeconds: 20,
  DialogSeconds: LONG_SECONDS,
  HoldSeconds: 20,
};

/** Near where nothing else ends the dialog. */
const NEAR: Partial<Record<Fault, Partial<Bounds>>> = {
  'worker suspended': { StartSeconds: 15, SilenceSeconds: 7 },
  'event loop blocked': { StartSeconds: 15, SilenceSeconds: 7 },
  'policy never answers': { DialogSeconds: 10, HoldSeconds: 10 },
  // Its memory is looked at with each beat, of which there are five in SilenceSeconds.
  'out of memory in the worker': { SilenceSeconds: 10 },
  // The clock jumps over the others, again and again, and never over these.
  'clock jump': { StartSeconds: 600, DialogSeconds: 3600, HoldSeconds: 600 },
};

/** What holds while a fault has its turn. */
export function boundsFor(fault: Fault): Bounds {
  return { ...FAR, ...NEAR[fault] };
}
