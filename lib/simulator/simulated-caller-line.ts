import { LCP_CONFIGURE_REQUEST } from '../dialog/ppp-frames';
import type { SimulatedCaller } from '../simulated/call';
import { CallerLine } from './caller-line';

/** A line to the simulated RAS server, which begins PPP after SUCCESS and then hangs up. */
export class SimulatedCallerLine extends CallerLine {
  readonly closed: Promise<void>;
  readonly #caller: SimulatedCaller;

  constructor(caller: SimulatedCaller) {
    super();
    this.#caller = caller;
    caller.onOutput = (text) => this.show(text);
    this.closed = caller.outcome.then(({ outcome }) => {
      if (outcome === 'success') this.show(LCP_CONFIGURE_REQUEST);
    });
  }

  type(text: string): void {
    this.#caller.types(text);
  }

  hangUp(): void {
    this.#caller.hangsUp();
  }
}
