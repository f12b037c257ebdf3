import type { Clock } from '../time/clock';
import type { Unanswered } from '../dialog/dialog-event';
import { LCP_CONFIGURE_REQUEST } from '../dialog/ppp-frames';
import type { TapeEvent, TapeText } from '../tape/tape';

const CTRL_C = '\x03';

/** How long a caller waits between two lines that are not wanted. */
const BETWEEN_LINES_MS = 1;

/** What the caller of a tape does. */
type Act =
  | { readonly act: 'line' | 'bytes'; readonly text: TapeText }
  | { readonly act: 'not answer'; readonly why: Unanswered };

/** When: so long after the question, or else after the act before. */
type TimedAct = Act & { readonly atQuestion: boolean; readonly afterMs: number };

/** What a {@link RecordedCaller} acts upon. */
export interface RecordedCallerLine {
  readonly clock: Clock;
  /** How many events the dialog has had. */
  readonly eventCount: number;
  /** A text with its placeholders filled in; undefined when there is nothing for one. */
  fillIn(text: TapeText): string | undefined;
  /** Types characters of the policy's code page; `secret` when something in them is. */
  types(text: string, secret: boolean): void;
  /** Types bytes, one a character. */
  typesBytes(bytes: string): void;
  hangsUp(): void;
}

/**
 * Does again what the caller of a tape did: the n-th question of this dialog gets what the n-th
 * question of the tape got, as long after it. To a question more than there were, it hangs up.
 */
export class RecordedCaller {
  readonly #line: RecordedCallerLine;
  readonly #acts: TimedAct[];
  /** The moments of the questions that are still to be dealt with. */
  readonly #questions: number[] = [];
  #lastAct: number;
  #acting = false;

  constructor(events: readonly TapeEvent[], line: RecordedCallerLine) {
    this.#line = line;
    this.#acts = actsOf(events);
    this.#lastAct = line.clock.now();
    this.#actWhenDue();
  }

  /** Whether the caller is about to do something that awaits no question. */
  get isAboutToAct(): boolean {
    return this.#acting;
  }

  /** The policy has asked something. */
  isAsked(): void {
    this.#questions.push(this.#line.clock.now());
    this.#actWhenDue();
  }

  #actWhenDue(): void {
    if (this.#acting) return;
    const [next] = this.#acts;
    if (next?.atQuestion === false) {
      this.#actAt(this.#lastAct + next.afterMs, next);
    } else {
      const asked = this.#questions.shift();
      if (asked === undefined) return;
      if (next) this.#actAt(asked + next.afterMs, next);
      else this.#line.hangsUp();
    }
  }

  #actAt(moment: number, act: Act): void {
    const { clock } = this.#line;
    this.#acting = true;
    clock.after(Math.max(0, moment - clock.now()), () => {
      this.#acting = false;
      this.#acts.shift();
      this.#lastAct = clock.now();
      this.#perform(act);
      this.#actWhenDue();
    });
  }

  #perform(act: Act): void {
    if (act.act === 'not answer') {
      this.#refuse(act.why);
      return;
    }
    const text = this.#line.fillIn(act.text);
    if (text === undefined) this.#line.hangsUp();
    else if (act.act === 'line') this.#line.types(`${text}\r`, typeof act.text !== 'string');
    else this.#line.typesBytes(text);
  }

  #refuse(why: Unanswered): void {
    switch (why) {
      case 'cancelled':
        this.#line.typesBytes(CTRL_C);
        break;
      case 'ppp':
        this.#line.typesBytes(LCP_CONFIGURE_REQUEST);
        break;
      case 'hung-up':
        this.#line.hangsUp();
        break;
      case 'too-many-tries':
        this.#typeEmptyLines();
        break;
      case 'timeout':
      case 'abandoned':
      case 'failed':
    }
  }

  /** As many as the policy has patience for: one after the other, until they have led to something. */
  #typeEmptyLines(): void {
    const { eventCount, clock } = this.#line;
    this.#line.types('\r', false);
    clock.after(BETWEEN_LINES_MS, () => {
      if (this.#line.eventCount === eventCount) this.#typeEmptyLines();
    });
  }
}

function actsOf(events: readonly TapeEvent[]): TimedAct[] {
  const acts: TimedAct[] = [];
  let asked: number | undefined;
  let last = 0;
  const add = (t: number, act: Act): void => {
    acts.push({ ...act, atQuestion: asked !== undefined, afterMs: t - (asked ?? last) });
    asked = undefined;
    last = t;
  };
  for (const event of events) {
    switch (event.event) {
      case 'asked':
        asked = event.t;
        break;
      case 'answered':
        add(event.t, { act: 'line', text: event.text });
        break;
      case 'answered-secret':
        add(event.t, { act: 'line', text: [{ placeholder: event.placeholder }] });
        break;
      case 'received':
        add(event.t, { act: 'bytes', text: [{ placeholder: event.placeholder }] });
        break;
      case 'unanswered':
        add(event.t, { act: 'not answer', why: event.why });
        break;
      case 'outcome':
        // If a question has ended with the hang-up, the caller has hung up at that event already. To
        // hang up twice does no harm.
        if (event.outcome === 'ended' && event.why === 'hung-up') {
          add(event.t, { act: 'not answer', why: 'hung-up' });
        }
        break;
      default:
    }
  }
  return acts;
}
