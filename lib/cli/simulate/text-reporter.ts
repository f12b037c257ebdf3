import type { Clock } from '../../time/clock';
import { describeCall, EndedCalls, type EndedCall } from '../../simulator/ended-calls';
import type { SimulatorEvent } from '../../simulator/simulator-event';
import { describeLine, describeViolation } from '../../simulator/trace-line';
import type { Banner, Voice } from '../voice/voice';
import { DialogState } from './dialog-state';
import type { Reporter } from './reporter';
import { story } from './story';

/** How many of the latest calls of functions a terminal shows. */
const LATEST = 6;

export interface TextReporterOptions {
  /** What one caller sees is written; not when there are several at a time. */
  readonly oneCaller: boolean;
  /** Whoever reads this is the caller. */
  readonly isCaller: boolean;
  readonly explain: boolean;
  readonly budgetMs: number;
  /** That of the events, whose times are microseconds since now. */
  readonly clock: Clock;
}

interface Call {
  readonly state: DialogState;
  /** Kept for the story only. */
  readonly events: SimulatorEvent[];
}

/** Tells people at a terminal, or who read a log, what happens in the simulator. */
export class TextReporter implements Reporter {
  readonly #voice: Voice;
  readonly #options: TextReporterOptions;
  readonly #started: number;
  readonly #calls = new Map<number, Call>();
  readonly #ended = new EndedCalls();
  #latest: readonly string[] = [];
  #keys = '';
  #cancelTick = (): void => undefined;

  constructor(voice: Voice, options: TextReporterOptions) {
    this.#voice = voice;
    this.#options = options;
    this.#started = options.clock.now();
    if (voice.hasStatus) this.#tick();
  }

  event(event: SimulatorEvent): void {
    const call = this.#call(event.port);
    call.state.take(event);
    if (this.#options.explain) this.#explain(event, call);
    if ('threw' in event) this.#voice.warning(`the policy threw ${event.threw}`);
    if ('violation' in event) this.#voice.warning(describeViolation({ ...event }));
    const ended = this.#ended.take({ ...event });
    if (ended) this.#over(ended, event.port, call);
    this.#show();
  }

  shown(text: string): void {
    if (this.#options.oneCaller) this.#voice.dialog(text);
  }

  listening(address: string, about: Banner): void {
    this.#voice.listening(address, 'rasshost simulate', about);
  }

  keys(hint: string): void {
    this.#keys = hint;
    this.#show();
  }

  close(): void {
    this.#cancelTick();
  }

  #call(port: number): Call {
    const known = this.#calls.get(port);
    if (known) return known;
    const call = { state: new DialogState(this.#options.budgetMs), events: [] };
    this.#calls.set(port, call);
    return call;
  }

  #over(ended: EndedCall, port: number, { events }: Call): void {
    const { explain, oneCaller } = this.#options;
    this.#calls.delete(port);
    if (oneCaller) this.#voice.endDialog();
    this.#voice.result(describeCall(ended), ended.outcome === 'success');
    if (explain) this.#voice.result(story(events).join('\n'));
  }

  #explain(event: SimulatorEvent, { events }: Call): void {
    events.push(event);
    if (!('call' in event || 'receive' in event)) return;
    const line = describeLine({ ...event });
    if (this.#voice.hasStatus) this.#latest = [...this.#latest, line].slice(-LATEST);
    else this.#voice.note(line);
  }

  #show(): void {
    if (!this.#voice.hasStatus) return;
    const t = (this.#options.clock.now() - this.#started) * 1000;
    const calls = [...this.#calls].map(([port, { state }]) => `call ${port}: ${state.describe(t)}`);
    const doing = calls.length > 0 ? calls.join('   ') : 'no caller';
    const hint = calls.length > 0 && this.#options.isCaller ? 'Ctrl-] hangs up' : this.#keys;
    this.#voice.status([...this.#latest, hint === '' ? doing : `${doing} | ${hint}`]);
  }

  #tick(): void {
    this.#show();
    this.#cancelTick = this.#options.clock.after(1000, () => this.#tick());
  }
}
