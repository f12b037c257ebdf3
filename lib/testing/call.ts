import { RasshostError } from '../errors';
import type { LogEntry } from '../dialog/dialog-log';
import { SYSTEM_CLOCK, type Clock } from '../time/clock';
import type { CodePage } from '../dialog/code-page';
import { internalsOf, type DialogInternals } from '../dialog/scoped-dialog';
import { eventInWords, toldEvent } from '../dialog/told-event';
import { policyFunction, policyManners, withFunction, type Policy } from '../policy/policy';
import { SimulatedRasServer } from '../simulated/ras-server';
import type { SimulatedCaller, SimulatedOutcome } from '../simulated/call';
import type { DialogReport } from '../policy/dialog-report';
import { runDialog } from '../policy/run-dialog';
import type { DialOptions } from './dial-options';
import type { CallSummary } from './expectation';
import { historyLine } from './history';
import type { CallInProgress } from '../time/passing-time';
import { renderScreen } from './screen';
import type { Moment } from '../time/moment';
import { VirtualClock } from '../time/virtual-clock';

/** Below the 5 that jest and vitest give a test, so that our message comes before theirs. */
const PATIENCE_SECONDS = 4;

/** Calls that are no steps: a hang-up after the verdict changes nothing. */
const DECIDED: ReadonlySet<string> = new Set(['RasSecurityDialogComplete', 'RasSecurityDialogEnd']);

/** Where the stack of an error begins, which a test has no use for. */
const STACK = /\n +at /;

/** One call of a test: the simulated RAS server, the policy on it, and what has happened. */
export class Call implements CallInProgress {
  readonly clock: VirtualClock | undefined;
  readonly patienceMs: number;
  readonly server: SimulatedRasServer;
  readonly reports: DialogReport[] = [];
  readonly log: LogEntry[] = [];
  readonly history: string[] = [];
  /** What the caller was sent, in the characters of the policy's code page. */
  output = '';
  activity = 0;
  /** Calls to Rasman and events of the dialog so far. */
  steps = 0;
  typed = 0;
  hungUp = false;
  /** Whether the policy's own function has come to its end. */
  policyEnded = false;
  /** When nothing is left to do for the call. */
  outcome: SimulatedOutcome | undefined;
  readonly #caller: SimulatedCaller;
  readonly #codePage: CodePage;
  readonly #hangUpAtStep: number | undefined;
  readonly #time: Clock;
  readonly #started: number;
  #dialog: DialogInternals | undefined;

  /** @param options - of {@link readDialOptions} */
  constructor(policy: Policy, options: DialOptions) {
    const { at, clock, hangUp, patienceSeconds = PATIENCE_SECONDS, onTrace, ...rest } = options;
    this.clock = virtualClock(clock, at);
    this.patienceMs = patienceSeconds * 1000;
    this.#codePage = policyManners(policy).codePage;
    this.#hangUpAtStep = hangUp?.atStep;
    this.#time = this.clock ?? SYSTEM_CLOCK;
    this.#started = this.#time.now();
    this.server = new SimulatedRasServer({
      ...rest,
      clock: this.#time,
      onTrace: (line) => {
        this.activity++;
        if (!DECIDED.has(line.call)) this.#step();
        onTrace?.(line);
      },
    });
    let done = Promise.resolve();
    this.#caller = this.server.call((transaction) => {
      done = runDialog(transaction, this.#watched(policy), (report) => this.reports.push(report), {
        clock: this.#time,
        log: (entry) => this.log.push(entry),
        observe: (event) => {
          const words = eventInWords(toldEvent(event));
          // The policy may have printed something secret.
          this.#note(this.#dialog?.log.line(words) ?? words);
          this.#step();
        },
      });
    });
    this.output = this.#decode(this.#caller.output);
    this.#caller.onOutput = (text) => {
      this.output += this.#decode(text);
      this.activity++;
    };
    void this.#end(done);
  }

  get screen(): string {
    return renderScreen(this.output);
  }

  get summary(): CallSummary {
    return { screen: this.screen, history: this.history };
  }

  get over(): boolean {
    return this.outcome !== undefined;
  }

  get awaitsCaller(): boolean {
    return this.#caller.awaited || this.#dialog?.busy === true;
  }

  get atSomethingElse(): boolean {
    return this.#dialog?.atSomethingElse === true;
  }

  /** Bytes that the policy's Receives have taken. */
  get taken(): number {
    return this.typed - this.#caller.unread;
  }

  /** What the policy threw, or was thrown for it. */
  get thrown(): unknown {
    return this.reports[0]?.cause;
  }

  types(keys: string | Uint8Array): void {
    if (this.hungUp) return;
    const bytes = typeof keys === 'string' ? this.#codePage.encode(keys) : keys;
    this.typed += bytes.length;
    this.activity++;
    this.#caller.types(bytes);
  }

  hangsUp(): void {
    if (this.hungUp) return;
    this.hungUp = true;
    this.activity++;
    this.#note('lost the caller');
    this.#caller.hangsUp();
  }

  /** @param text - a character a byte; those that the code page lacks stay as they are */
  #decode(text: string): string {
    const decoded = Array.from(Buffer.from(text, 'latin1'), (byte) => {
      return this.#codePage.decode(Uint8Array.of(byte)) || String.fromCharCode(byte);
    });
    return decoded.join('');
  }

  #watched(policy: Policy): Policy {
    return withFunction(policy, async (dialog) => {
      this.#dialog = internalsOf(dialog);
      try {
        return await policyFunction(policy)(dialog);
      } finally {
        this.policyEnded = true;
        this.activity++;
      }
    });
  }

  #step(): void {
    this.activity++;
    this.steps++;
    // After the call that this step is has returned.
    if (this.steps === this.#hangUpAtStep) queueMicrotask(() => this.hangsUp());
  }

  #note(what: string): void {
    this.history.push(historyLine(this.#time.now() - this.#started, what));
  }

  async #end(done: Promise<void>): Promise<void> {
    const outcome = await this.#caller.outcome;
    await done;
    this.#note(`ended: ${describeOutcome(outcome)}`);
    const [why] = this.reports[0]?.why?.split(STACK) ?? [];
    if (why !== undefined) this.#note(`because of ${why}`);
    this.outcome = outcome;
    this.activity++;
  }
}

function virtualClock(
  clock: DialOptions['clock'] = 'virtual',
  at?: Moment,
): VirtualClock | undefined {
  if (clock === 'virtual') return new VirtualClock({ at });
  if (at !== undefined) {
    const problem =
      'dial was given both at and a clock; at sets the date of its own clock, so leave one of them out';
    throw new RasshostError('RASSHOST_E_OPTION', problem);
  }
  return clock === 'real' ? undefined : clock;
}

function describeOutcome({ outcome, userName, domain, dwError }: SimulatedOutcome): string {
  const who = userName === '' ? '' : ` ${domain}\\${userName}`;
  return `${outcome}${who}${dwError === 0 ? '' : ` ${dwError}`}`;
}
