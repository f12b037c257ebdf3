import { VirtualClock } from 'rasshost/testing';

/** A clock on which everything is a little late, as on the system's; a virtual one is exact. */
export class LateClock extends VirtualClock {
  override after(ms: number, action: () => void): () => void {
    return super.after(ms + 0.01, action);
  }
}

/** For `describe.each`: what holds on one of them has to hold on the other. */
export const CLOCKS = [
  ['an exact clock', VirtualClock],
  ['a clock that is a little late', LateClock],
] as const;
