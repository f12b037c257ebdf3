import { SYSTEM_CLOCK, type Clock } from '../time/clock';
import { SUCCESS } from '../rasman/codes';
import type { SimulatedCaller, SimulatedTraceLine, SimulatedViolation } from './call';
import { readServerOptions, SERVER_KINDS, type SimulatedRasServerOptions } from './server-options';
import { SimulatedPort, type Journal } from './port';
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
    const number = ++this.#lastPort;
    const journal = this.#journalOf(number);
    journal.record({ call: 'RasSecurityDialogBegin', result: SUCCESS });
    const port = new SimulatedPort(this.#options, this.#clock, journal);
    const { dialogSeconds = 120 } = this.#options;
    begin(new SimulatedTransaction(number, port, dialogSeconds, this.#clock, journal));
    return port.terminal;
  }

  #journalOf(port: number): Journal {
    return {
      record: (line) => {
        const atSeconds = (this.#clock.now() - this.#started) / 1000;
        const timed = { atSeconds, port, ...line };
        this.trace.push(timed);
        this.#options.onTrace?.(timed);
      },
      violate: (rule, detail) => this.violations.push({ port, rule, detail }),
    };
  }
}
