import type { Ender } from './kill-matrix-ending';
import type { Fault, Moment } from './kill-matrix-order';

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
  readonly endedBy: Ender;
  /** From the fault to the end. */
  readonly ms: number;
  /** What became of another dialog of the same worker. */
  readonly mate: Outcome | undefined;
  /** The call has come to nothing that the fault could have struck. */
  readonly missed: boolean;
  /** Rules that did not hold. */
  readonly problems: readonly string[];
}
