import { SYSTEM_CLOCK, type Clock } from '../time/clock';
import { SUCCESS } from '../rasman/codes';
import type { SimulatedCaller, SimulatedTraceLine, SimulatedViolation } from './call';
import { readServerOptions, SERVER_KINDS, type SimulatedRasServerOptions } from './server-options';
import { SimulatedTransaction } from './transaction';
import type { RasTransaction } from '../rasman/transaction';

/**
 * Rasman and the RAS server in TypeScript: takes calls and plays the callers of them. Tests of
 * policies are easier to write with `rasshost/testing`, which is made of it.
 *
 * @category The simulated server
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

  /** @throws `RasshostError` RASSHOST_E_OPTION for options that there aren't */
  constructor(options?: SimulatedRasServerOptions) {
    this.#options = readServerOptions('SimulatedRasServer', options, SERVER_KINDS);
    const { clock = SYSTEM_CLOCK, firstPort = 1 } = this.#options;
    this.#clock = clock;
    this.#started = clock.now();
    this.#lastPort = firstPort - 1;
  }

  /** A caller dials in: `begin` gets the transaction, as RasSecurityDialogBegin would start it. */
  call(begin: (transaction: RasTransaction) => void): SimulatedCaller {
    const port = ++this.#lastPort;
    const record = (line: Omit<SimulatedTraceLine, 'atSeconds' | 'port'>): void => {
      const atSeconds = (this.#clock.now() - this.#started) / 1000;
      const timed = { atSeconds, port, ...line };
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
