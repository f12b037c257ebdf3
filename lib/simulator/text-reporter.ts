import { WriteStream } from 'node:tty';
import type { Clock } from '../time/clock';
import { DialogState } from './dialog-state';
import { untilPpp } from './ppp';
import type { Reporter } from './reporter';
import type { SimulatorEvent } from './simulator-event';
import { StatusPanel } from './status-panel';
import { story } from './story';
import { describeLine, describeOutcome } from './trace-line';

/** How many of the latest calls a terminal shows. */
const PANEL_LINES = 6;

export interface TextReporterOptions {
  /** Where callers see their terminal window, and outcomes are written. */
  readonly out: NodeJS.WritableStream;
  /** Where all else is written; has the status line if it is a terminal. */
  readonly err: NodeJS.WritableStream;
  /** What one caller sees is written; not when there are several at a time. */
  readonly oneCaller: boolean;
  readonly explain: boolean;
  readonly status: boolean;
  readonly budgetMs: number;
  /** That of the events, whose times are microseconds since now. */
  readonly clock: Clock;
}

interface Call {
  readonly state: DialogState;
  /** Kept for the story only. */
  readonly events: SimulatorEvent[];
  readonly show: (text: string) => void;
}

/** Tells people at a terminal, or who read a log, what happens in the simulator. */
export class TextReporter implements Reporter {
  readonly #options: TextReporterOptions;
  readonly #started: number;
  readonly #calls = new Map<number, Call>();
  readonly #panel: StatusPanel | undefined;
  #cancelTick = (): void => undefined;

  constructor(options: TextReporterOptions) {
    const { err, explain, status, clock } = options;
    this.#options = options;
    this.#started = clock.now();
    const usable = status && err instanceof WriteStream && process.env['TERM'] !== 'dumb';
    if (!usable) return;
    this.#panel = new StatusPanel(err, explain ? PANEL_LINES : 0);
    this.#tick();
  }

  event(event: SimulatorEvent): void {
    const call = this.#call(event.port);
    call.state.take(event);
    const { err, out, explain, oneCaller } = this.#options;
    if (explain) {
      call.events.push(event);
      if ('call' in event || 'receive' in event) this.#explain(event);
    }
    if ('threw' in event) err.write(`\nthe policy threw ${event.threw}\n`);
    if ('violation' in event) {
      err.write(`\ncontract violation ${event.violation}: ${event.detail}\n`);
    }
    if ('outcome' in event) {
      this.#calls.delete(event.port);
      const who = oneCaller ? '\n' : `call ${event.port} `;
      const steps = explain ? story(call.events) : [];
      out.write([`${who}${describeOutcome({ ...event })}`, ...steps, ''].join('\n'));
    }
    this.#showStatus();
  }

  shown(port: number, text: string): void {
    this.#call(port).show(text);
  }

  note(text: string): void {
    this.#options.err.write(`${text}\n`);
  }

  listening(address: string): void {
    this.#options.out.write(`listening ${address}\n`);
  }

  close(): void {
    this.#cancelTick();
    this.#panel?.close();
  }

  #call(port: number): Call {
    const known = this.#calls.get(port);
    if (known) return known;
    const { out, oneCaller, budgetMs } = this.#options;
    const write = (text: string): void => {
      if (oneCaller) out.write(text, 'latin1');
    };
    const call = { state: new DialogState(budgetMs), events: [], show: untilPpp(write) };
    this.#calls.set(port, call);
    return call;
  }

  #explain(event: SimulatorEvent): void {
    const line = describeLine({ ...event });
    if (this.#panel) this.#panel.log(line);
    else this.#options.err.write(`${line}\n`);
  }

  #showStatus(): void {
    if (!this.#panel) return;
    const t = (this.#options.clock.now() - this.#started) * 1000;
    const calls = [...this.#calls].map(([port, { state }]) => `call ${port}: ${state.describe(t)}`);
    this.#panel.show(calls.length > 0 ? calls.join('   ') : 'no caller');
  }

  #tick(): void {
    this.#showStatus();
    this.#cancelTick = this.#options.clock.after(1000, () => this.#tick());
  }
}
