import type { CodePage } from '../dialog/code-page';
import type { DialogEvent } from '../dialog/dialog-event';
import { internalsOf, type DialogInternals } from '../dialog/scoped-dialog';
import { policyFunction, policyManners, withFunction, type Policy } from '../policy/policy';
import { SimulatedRasServer } from '../simulated/ras-server';
import type { SimulatedCaller } from '../simulated/call';
import { PassingTime, type CallInProgress } from '../time/passing-time';
import { VirtualClock } from '../time/virtual-clock';
import type { DialogReport } from '../policy/dialog-report';
import { runDialog } from '../policy/run-dialog';
import { differences } from './difference';
import { PlaceholderValues } from './placeholder-values';
import { plainDialogEvent, plainReport, plainTapeEvent } from './plain-events';
import { RecordedCaller, type RecordedCallerLine } from './recorded-caller';
import type { Tape, TapeText } from '../tape/tape';
import { sightsOf, type PlainEvent, type Sight, type SightKind } from './sights';
import type { TapeSecrets } from './tape-secrets';

/** What a policy may spend on something else than its caller, in milliseconds of real time. */
const PATIENCE_MS = 10_000;

/** Something that a policy did otherwise than its tape; without any secret. */
export interface TapeDifference {
  /** Line of the tape; for something new, the line before which it came. */
  readonly line: number;
  readonly kind: SightKind;
  /** What the tape has there; undefined when it has nothing of the kind. */
  readonly expected?: string;
  /** What the policy did; undefined when it did nothing of the kind. */
  readonly got?: string;
}

/**
 * Why a tape can't be played, or undefined when it can.
 */
export function whyNotPlayable({ events }: Tape): string | undefined {
  if (events.some(({ event }) => event === 'cut')) return 'the recording was cut: it grew too long';
  const failed = events.findIndex(
    (event) => event.event === 'unanswered' && event.why === 'failed',
  );
  return failed < 0 ? undefined : `RAS itself failed in this call (line ${failed + 2})`;
}

/**
 * Lets the caller of a tape call a policy, on a clock of its own, and compares what the two see of
 * each other, and the verdict, with the tape.
 *
 * @param secrets - from {@link secretsToType}
 */
export async function replayTape(
  tape: Tape,
  policy: Policy,
  secrets: TapeSecrets,
): Promise<TapeDifference[]> {
  const replay = new Replay(tape, policy, secrets);
  await replay.run();
  return replay.differences();
}

/** One call of a recorded caller. */
class Replay implements CallInProgress, RecordedCallerLine {
  readonly clock = new VirtualClock();
  readonly patienceMs = PATIENCE_MS;
  /** The tape says what the caller did when, whatever the policy races with that. */
  readonly atSomethingElse = false;
  activity = 0;
  readonly #tape: Tape;
  readonly #policy: Policy;
  readonly #codePage: CodePage;
  readonly #values: PlaceholderValues;
  /** The placeholders of what the policy of the tape showed in secret, in order. */
  readonly #shown: string[];
  readonly #events: PlainEvent[] = [];
  readonly #server: SimulatedRasServer;
  readonly #stops: boolean;
  #line: SimulatedCaller | undefined;
  #caller: RecordedCaller | undefined;
  #dialog: DialogInternals | undefined;
  #hungUp = false;
  #typesSecret = false;
  over = false;

  constructor(tape: Tape, policy: Policy, secrets: TapeSecrets) {
    const { device, sendBuffer, receiveBuffer, budgetMs } = tape.header;
    this.#tape = tape;
    this.#policy = policy;
    this.#codePage = policyManners(policy).codePage;
    this.#values = new PlaceholderValues(this.#codePage, secrets);
    this.#shown = tape.events.flatMap((event) =>
      event.event === 'shown-secret' ? [event.placeholder] : [],
    );
    const end = tape.events.at(-1);
    this.#stops = end?.event === 'outcome' && end.outcome === 'ended' && end.why === 'deadline';
    this.#server = new SimulatedRasServer({
      deviceName: device,
      sendBufferSize: sendBuffer,
      receiveBufferSize: receiveBuffer,
      dialogSeconds: budgetMs / 1000,
      // What came in one piece comes in one piece, also when more was asked for.
      receive: 'available',
      clock: this.clock,
      onTrace: () => this.activity++,
    });
  }

  /** Whether time may pass: somebody waits for it, or has waited for it in the tape. */
  get awaitsCaller(): boolean {
    const policyWaits = this.#line?.awaited === true || this.#dialog?.busy === true;
    return policyWaits || this.#caller?.isAboutToAct === true || this.#stops;
  }

  get eventCount(): number {
    return this.#events.length;
  }

  /** Resolves when the call is over, or the policy is stuck. */
  async run(): Promise<void> {
    let done = Promise.resolve();
    this.#line = this.#server.call((transaction) => {
      done = runDialog(transaction, this.#watched(), (report) => this.#onReport(report), {
        clock: this.clock,
        observe: (event) => this.#onEvent(event),
        // The policy logs as if it had a caller now. Nobody who compares tapes needs that.
        log: () => undefined,
      });
    });
    this.#caller = new RecordedCaller(this.#tape.events, this);
    void done.then(() => {
      this.over = true;
      this.activity++;
    });
    const time = new PassingTime(this);
    while (!this.over) {
      if ((await time.turn()) !== 'stuck') continue;
      const seconds = PATIENCE_MS / 1000;
      const text = `none: for ${seconds} s of real time the policy waited for something else`;
      this.#events.push({ event: 'outcome', text });
      this.hangsUp();
      return;
    }
  }

  differences(): TapeDifference[] {
    const fillIn = (text: TapeText): string => this.fillIn(text) ?? '';
    const expected = sightsOf(this.#tape.events.map((event) => plainTapeEvent(event, fillIn)));
    const got = sightsOf(this.#events);
    const show = (sight: Sight): string => this.#readable(sight);
    return differences(expected, got).map((difference) => ({
      line: difference.at + 2,
      kind: (difference.expected ?? difference.got)?.kind ?? 'verdict',
      ...(difference.expected && { expected: show(difference.expected) }),
      ...(difference.got && { got: show(difference.got) }),
    }));
  }

  fillIn(text: TapeText): string | undefined {
    return this.#values.fillIn(text);
  }

  types(text: string, secret: boolean): void {
    this.#typesSecret = secret;
    this.#type(this.#codePage.encode(text));
  }

  typesBytes(bytes: string): void {
    this.#type(Buffer.from(bytes, 'latin1'));
  }

  hangsUp(): void {
    this.activity++;
    this.#hungUp = true;
    this.#line?.hangsUp();
  }

  #type(bytes: Uint8Array): void {
    this.activity++;
    this.#line?.types(bytes);
  }

  #watched(): Policy {
    return withFunction(this.#policy, (dialog) => {
      this.#dialog = internalsOf(dialog);
      return policyFunction(this.#policy)(dialog);
    });
  }

  #onEvent(event: DialogEvent): void {
    this.activity++;
    this.#events.push(plainDialogEvent(event, this.#codePage, this.#typesSecret));
    // One more than the tape has is none of its placeholders, but no less secret.
    if (event.kind === 'shown-secret') this.#values.set(this.#shown.shift() ?? 'new', event.bytes);
    if (event.kind === 'asked') this.#caller?.isAsked();
  }

  #onReport(report: DialogReport): void {
    if (report.outcome === 'cleanup-failed' || report.outcome === 'overruled') return;
    this.#events.push(plainReport(report, this.#hungUp));
  }

  #readable({ kind, value, secret, detail }: Sight): string {
    if (secret === true) return this.#values.nameOf(value);
    const text = this.#values.hideIn(detail === undefined ? value : `${value} (${detail})`);
    return kind === 'text' || kind === 'answer' ? JSON.stringify(text) : text;
  }
}
