import type { Fault, Moment } from './kill-matrix-order';

/** Seconds after which the security DLL ends what does not end by itself. */
export const BOUND_SECONDS = {
  StartSeconds: 15,
  'self-check': 5,
  SilenceSeconds: 3,
  DialogSeconds: 5,
  HoldSeconds: 3,
} as const;
export type Bound = keyof typeof BOUND_SECONDS;

/** How the RAS server saw a call end. */
export interface Outcome {
  readonly outcome: string;
  readonly userName: string | undefined;
  readonly dwError: number | undefined;
}

/** What came of one fault at one moment. */
export interface Cell {
  readonly fault: Fault;
  readonly moment: Moment;
  readonly outcome: string;
  readonly dwError: number | undefined;
  /** What ended the dialog; nothing but the fault itself if undefined. */
  readonly bound: Bound | undefined;
  /** From the fault to the end. */
  readonly ms: number;
  /** What became of another dialog of the same worker. */
  readonly mate: string | undefined;
  /** Rules that did not hold. */
  readonly problems: readonly string[];
}
