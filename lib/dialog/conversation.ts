import { RasshostError } from '../errors';
import type { EndReason, RasTransaction } from '../rasman/transaction';
import { SYSTEM_CLOCK, type Clock } from '../time/clock';
import { CleanUps } from './clean-ups';
import type { CodePage } from './code-page';
import { Contenders } from './contenders';
import { whyUnanswered, type DialogEvent } from './dialog-event';
import { CallerHungUp, DialogTimeout, QuestionAbandoned } from './errors';
import { Line } from './line';
import { LineReader } from './line-reader';
import { Listener } from './listener';
import { Output } from './output';
import { passTime } from './pass-time';
import type { Question } from './question';
import type { Scope } from './scope';
import { secretBytes } from './secret-bytes';
import type { Secret } from './secret';
import type { ChosenTexts } from './texts';
import { Turns } from './turns';

/** Kept back of the dialog's budget for the last message and the verdict. */
const VERDICT_RESERVE_MS = 2000;

/** Kept back of that for the verdict alone. */
const LAST_MOMENT_MS = 500;

/** For those who watch a dialog, or make its time pass. */
export interface DialogOptions {
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
  /** Told of everything that happens. Must not throw. */
  readonly observe?: ((event: DialogEvent) => void) | undefined;
}

/** How a policy speaks with its callers. */
export interface Manners {
  readonly codePage: CodePage;
  readonly texts: ChosenTexts;
}

/**
 * The one conversation that a transaction is, on behalf of every {@link Dialog} of it: whose turn
 * it is, how long it may last, and its end.
 */
export class Conversation {
  readonly transaction: RasTransaction;
  readonly clock: Clock;
  readonly codePage: CodePage;
  texts: ChosenTexts;
  /** All of the transaction. */
  readonly scope: Scope;
  /** Until when the caller may be listened to: what is left then is for the verdict. */
  readonly talkUntil: number;
  readonly contenders = new Contenders();

  readonly #observe: (event: DialogEvent) => void;
  readonly #line: Line;
  readonly #output: Output;
  readonly #listener: Listener;
  readonly #reader: LineReader;
  readonly #turns = new Turns(() => this.#flushSoon());
  readonly #cleanUps: CleanUps;
  readonly #controller = new AbortController();
  /** Resolves when the security DLL has said that the transaction is over. */
  readonly #ended: Promise<EndReason>;
  readonly #secrets: Secret[] = [];
  /** Those that are open, or wait for their turn. */
  readonly #questions = new Set<Pick<Scope, 'signal'>>();
  #pauses = 0;

  constructor(transaction: RasTransaction, manners: Manners, options: DialogOptions = {}) {
    const { clock = SYSTEM_CLOCK, observe = () => undefined } = options;
    const { codePage, texts } = manners;
    const until = clock.now() + transaction.budgetSeconds * 1000;
    this.transaction = transaction;
    this.clock = clock;
    this.codePage = codePage;
    this.texts = texts;
    this.scope = { until, signal: this.#controller.signal, endsEarly: false, runner: undefined };
    this.talkUntil = until - VERDICT_RESERVE_MS;
    this.#observe = observe;
    this.#line = new Line(transaction, clock);
    this.#output = new Output(this.#line);
    this.#listener = new Listener(this.#line, this.#output, clock, this.talkUntil);
    const [output, listener] = [this.#output, this.#listener];
    this.#reader = new LineReader({ output, listener, clock, codePage, observe });
    this.#cleanUps = new CleanUps(transaction, clock);
    this.#ended = new Promise((resolve) => {
      transaction.onEnd = (reason) => {
        this.close(endError(reason));
        resolve(reason);
      };
    });
  }

  /** Whether something asked of the conversation is in progress: it waits for the caller or pauses. */
  get busy(): boolean {
    return this.#turns.busy || this.#pauses > 0;
  }

  /** Shows text, together with what follows it at once. */
  show(text: string): void {
    this.#output.add(this.codePage.encode(text));
    this.#observe({ kind: 'shown', text });
    this.#flushSoon();
  }

  /** Shows what the caller alone may see. */
  showSecret(secret: string | Secret | Uint8Array): void {
    const bytes = secretBytes(secret, this.codePage);
    this.#output.addSecret(bytes);
    this.#observe({ kind: 'shown-secret', bytes });
    bytes.fill(0);
    this.#flushSoon();
  }

  /** Sends bytes as they are now. */
  send(bytes: Uint8Array, scope: Scope): Promise<void> {
    const copy = Uint8Array.from(bytes);
    const operation = async (): Promise<void> => {
      this.#output.add(copy);
      await this.#output.flush();
    };
    return this.waiting(scope, () => this.#turns.take(scope.signal, operation));
  }

  /** Asks for a line; `answer` owns its memory, and sees to it that it is wiped. */
  ask<T>(question: Question, scope: Scope, answer: (line: Buffer) => T): Promise<T> {
    return this.#question(scope, async () => answer(await this.#reader.read(question, scope)));
  }

  /** At least one byte from the caller, at most `length`; `timeoutSeconds` 0: until the scope's end. */
  receive(length: number, timeoutSeconds: number, scope: Scope): Promise<Uint8Array> {
    return this.#question(scope, async () => {
      await this.#output.flush();
      const bytes =
        this.#listener.typedAhead(length) ??
        (await this.#listener.receive(length, timeoutSeconds, scope));
      this.#observe({ kind: 'received', bytes });
      return bytes;
    });
  }

  /** Lets time pass. What the caller types meanwhile is kept. */
  pause(ms: number, scope: Scope): Promise<void> {
    return this.waiting(scope, () => this.#pause(ms, scope));
  }

  async #pause(ms: number, scope: Scope): Promise<void> {
    const over = this.clock.now() + ms;
    const end = Math.min(scope.until, this.talkUntil);
    // Not in turn: a pause that nobody waits for any more must not hold up the verdict, and one
    // beside a question must not wait for its answer.
    await this.settle(scope);
    this.#pauses++;
    try {
      await passTime(this.clock, Math.min(over, end) - this.clock.now(), scope.signal);
    } finally {
      this.#pauses--;
    }
    if (over > end) throw new DialogTimeout('the pause is longer than the dialog may last');
  }

  /**
   * Resolves when a question that was given up does not hold up the line any more: its Receive can't
   * be taken back, and no Send is allowed before its end. Sends what is unsent. Unlike a pause, it
   * may come when the time for listening is over.
   */
  settle(scope: Scope): Promise<void> {
    return this.waiting(scope, async () => {
      if (!this.#listens) await this.#flushInTurn(scope);
    });
  }

  /** Runs an operation. Whoever uses the scope is known to wait for it meanwhile. */
  async waiting<T>({ runner }: Scope, operation: () => Promise<T>): Promise<T> {
    if (runner) runner.waits++;
    try {
      return await operation();
    } finally {
      if (runner) runner.waits--;
    }
  }

  observe(event: DialogEvent): void {
    this.#observe(event);
  }

  /** Sees to it that a secret is wiped with the conversation. */
  keep(secret: Secret): void {
    this.#secrets.push(secret);
  }

  /** See {@link Dialog.holdTermination}. */
  holdTermination(cleanUp: (signal: AbortSignal) => Promise<void>): void {
    this.scope.signal.throwIfAborted();
    this.#cleanUps.add(cleanUp);
  }

  /**
   * Sends what is still unsent and gives it the Receive without which it may never leave (SD-22).
   * Never rejects. Not while somebody listens, who may do so for long: the Receive forbids a Send.
   *
   * @returns false when there was something to send, but somebody listens
   */
  async sayLastWords(): Promise<boolean> {
    if (this.#listens) return this.#output.isEmpty;
    if (this.#questions.size > 0 && this.#output.isEmpty) return true;
    const left = this.scope.until - this.clock.now() - LAST_MOMENT_MS;
    const enough = new AbortController();
    // A verdict in time is worth more than the rest of its message.
    const inTime = passTime(this.clock, left, enough.signal);
    await Promise.race([this.#flushInTurn(this.scope), inTime]).catch(() => undefined);
    enough.abort();
    await inTime.catch(() => undefined);
    return true;
  }

  /** Fails what is in progress and all that follows, and wipes the secrets. */
  close(reason: Error): void {
    this.#line.close(reason);
    this.#controller.abort(reason);
    this.#output.clear();
    this.#reader.wipe();
    for (const secret of this.#secrets) secret.wipe();
  }

  /**
   * After End: runs what was given to {@link holdTermination}, and lets the call end. Yields what
   * the clean-ups threw.
   */
  async cleanUp(): Promise<unknown[]> {
    return this.#cleanUps.run(this.#ended);
  }

  /** Whether a question is open that the policy has not abandoned. */
  get #listens(): boolean {
    return [...this.#questions].some(({ signal }) => !signal.aborted);
  }

  #flushInTurn(scope: Scope): Promise<void> {
    return this.#turns.take(scope.signal, async () => {
      await this.#output.flush();
      await this.#line.settle();
    });
  }

  /** Lets the text go when nothing has taken it along by the time the policy waits for others. */
  #flushSoon(): void {
    if (this.#output.isEmpty) return;
    setImmediate(() => {
      if (!this.#turns.busy && !this.#output.isEmpty) void this.#flushInTurn(this.scope);
    });
  }

  #question<T>(scope: Scope, operation: () => Promise<T>): Promise<T> {
    const question = { signal: scope.signal };
    this.#questions.add(question);
    const observed = async (): Promise<T> => {
      try {
        return await operation();
      } catch (error) {
        this.#observe({ kind: 'unanswered', why: whyUnanswered(error) });
        throw error;
      }
    };
    const forget = (): boolean => this.#questions.delete(question);
    return this.waiting(scope, () => this.#turns.take(scope.signal, observed, forget));
  }
}

function endError(reason: EndReason): RasshostError {
  switch (reason) {
    case 'disconnected':
      return new CallerHungUp('the RAS server has ended the dialog');
    case 'deadline':
      return new DialogTimeout('the time for the dialog is used up');
    case 'host':
      return new RasshostError('RASSHOST_E_OVER', 'the security DLL has ended the dialog');
    case 'completed':
      return verdictGiven();
  }
}

/** What fails whatever a policy still does after its verdict. */
export function verdictGiven(): RasshostError {
  return new QuestionAbandoned('the verdict has been given');
}
