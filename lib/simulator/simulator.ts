import { SYSTEM_CLOCK, type Clock } from '../time/clock';
import { CallerHungUp, isNoAnswer } from '../dialog/errors';
import type { LogEntry } from '../dialog/dialog-log';
import { toldEvent } from '../dialog/told-event';
import type { Policy } from '../policy/policy';
import { SimulatedRasServer } from '../simulated/ras-server';
import type { SimulatedOutcome, SimulatedTraceLine } from '../simulated/call';
import type { SimulatedRasServerOptions } from '../simulated/server-options';
import type { DialogReport } from '../policy/dialog-report';
import { runDialog } from '../policy/run-dialog';
import type { CallerLine } from './caller-line';
import { PacedLine } from './paced-line';
import { SimulatedCallerLine } from './simulated-caller-line';
import type { Happening, SimulatorEvent } from './simulator-event';

export interface SimulatorOptions {
  /** How the simulated RAS server behaves. */
  readonly server?: Omit<
    SimulatedRasServerOptions,
    'onTrace' | 'onReceiveEnd' | 'firstPort' | 'clock'
  >;
  /** Bits a second, in both directions, ten of them a byte. Default: no limit. */
  readonly baud?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Told of everything that happens. Must not throw. */
  readonly onEvent?: (event: SimulatorEvent) => void;
  /** Writes what policies log. Must not throw. Default: to standard error. */
  readonly log?: (entry: LogEntry) => void;
  /** Runs the dialogs. Default: {@link runDialog}. Never rejects. */
  readonly run?: typeof runDialog;
}

/** One call, from the moment on at which the RAS server has answered it. */
export interface SimulatedCallToPolicy {
  readonly port: number;
  /** The caller's end. */
  readonly line: CallerLine;
  /** Settles when the line is closed and the policy's clean-ups are done. */
  readonly over: Promise<SimulatedOutcome>;
}

/**
 * A RAS server with a policy as its security DLL, in TypeScript, for one caller after the other or
 * many at a time. To a policy it is no different from the emulator.
 */
export class Simulator {
  readonly #options: SimulatorOptions;
  readonly #clock: Clock;
  readonly #started: number;
  #calls = 0;

  constructor(options: SimulatorOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#started = this.#clock.now();
  }

  /** A caller dials in, and `policy` decides. */
  call(policy: Policy): SimulatedCallToPolicy {
    const { run = runDialog } = this.#options;
    const port = ++this.#calls;
    const tell = (happening: Happening): void => {
      const t = Math.round((this.#clock.now() - this.#started) * 1000);
      this.#options.onEvent?.({ t, port, ...happening });
    };
    // A server for each call: what one remembers of a call, it remembers for good.
    const server = new SimulatedRasServer({
      ...this.#options.server,
      clock: this.#clock,
      firstPort: port,
      onTrace: (line) => tell(callHappening(line)),
      onReceiveEnd: (receive, bytes, lastError) => tell({ receive, bytes, lastError }),
    });
    let dialog!: Promise<void>;
    const caller = server.call((transaction) => {
      dialog = run(transaction, policy, (report) => tellThrown(report, tell), {
        clock: this.#clock,
        log: this.#options.log,
        observe: (event) => tell(toldEvent(event)),
      });
    });
    const direct = new SimulatedCallerLine(caller);
    const { baud } = this.#options;
    const line = baud === undefined ? direct : new PacedLine(direct, baud, this.#clock);
    const over = async (): Promise<SimulatedOutcome> => {
      const outcome = await caller.outcome;
      await Promise.all([line.closed, dialog]);
      for (const { rule, detail } of server.violations) tell({ violation: rule, detail });
      tell({ ...outcome });
      return outcome;
    };
    return { port, line, over: over() };
  }
}

function callHappening({ call, length, timeoutSeconds, message, result }: SimulatedTraceLine) {
  return {
    call,
    ...(length !== undefined && { length }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(message !== undefined && {
      dwMsgId: message.msgId,
      dwError: message.error,
      userName: message.userName,
      domain: message.domain,
    }),
    ...(result !== undefined && { result }),
  };
}

function tellThrown({ cause, why }: DialogReport, tell: (happening: Happening) => void): void {
  // What the caller did is no fault of the policy's, and the outcome tells enough of it.
  if (why === undefined || isNoAnswer(cause) || cause instanceof CallerHungUp) return;
  tell({ threw: why });
}
