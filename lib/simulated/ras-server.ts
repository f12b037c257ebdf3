import { SYSTEM_CLOCK, type Clock } from '../time/clock';
import { SUCCESS } from '../rasman/codes';
import type {
  SimulatedCaller,
  SimulatedRasServerOptions,
  SimulatedTraceLine,
  SimulatedViolation,
} from './call';
import { SimulatedTransaction } from './transaction';
import type { RasTransaction } from '../rasman/transaction';

/**
 * Rasman and the RAS server in TypeScript: takes calls and plays the callers of them. Tests of
 * policies are easier to write with `rasshost/testing`, which is made of it.
 *
 * @example
 * ```ts
 * const server = new SimulatedRasServer({ sendBufferSize: 16 });
 * const caller = server.call((transaction) => void runDialog(transaction, policy, console.log));
 * await caller.sees('User name: ');
 * caller.types('alice\r');
 * const { outcome } = await caller.outcome;
 * ```
 */
export class SimulatedRasServer {
  /** Every call of every port. */
  readonly trace: SimulatedTraceLine[] = [];
  /** Every breach of the contract. */
  readonly violations: SimulatedViolation[] = [];
  readonly #options: SimulatedRasServerOptions;
  readonly #clock: Clock;
  readonly #started: number;
  #lastPort: number;

  constructor(options: SimulatedRasServerOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#started = this.#clock.now();
    this.#lastPort = (options.firstPort ?? 1) - 1;
  }

  /** A caller dials in: `begin` gets the transaction, as RasSecurityDialogBegin would start it. */
  call(begin: (transaction: RasTransaction) => void): SimulatedCaller {
    const port = ++this.#lastPort;
    const record = (line: Omit<SimulatedTraceLine, 't' | 'port'>): void => {
      const timed = { t: this.#clock.now() - this.#started, port, ...line };
      this.trace.push(timed);
      this.#options.onTrace?.(timed);
    };
    const violate = (rule: string, detail: string): void => {
      this.violations.push({ port, rule, detail });
    };
    record({ call: 'RasSecurityDialogBegin', result: SUCCESS });
    const call = new SimulatedTransaction(port, this.#options, this.#clock, record, violate);
    begin(call);
    return call.caller;
  }
}
