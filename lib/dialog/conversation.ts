import { SYSTEM_CLOCK, type Clock } from '../time/clock';
import { RasshostError } from '../errors';
import type { EndReason, RasTransaction } from '../rasman/transaction';
import type { CodePage } from './code-page';
import type { DialogEvent, Unanswered } from './dialog-event';
import {
  CallerCancelled,
  CallerHungUp,
  CallerStartedPpp,
  DialogTimeout,
  TooManyTries,
} from './errors';
import { Line } from './line';
import { LineEditor, type LineOptions } from './line-editor';
import type { Secret } from './secret';
import type { Texts } from './texts';

/** Kept back of the dialog's budget for the last message and the verdict. */
const VERDICT_RESERVE_MS = 2000;

/** Kept back of that for the verdict alone. */
const LAST_MOMENT_MS = 500;

/** Bytes of type-ahead that are discarded at most, before a caller who floods is listened to. */
const MAX_DISCARDED = 4096;

/** For those who watch a dialog, or make its time pass. */
export interface DialogOptions {
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Told of everything that happens. Must not throw. */
  readonly observe?: (event: DialogEvent) => void;
}

/** How a policy speaks with its callers. */
export interface Manners {
  readonly codePage: CodePage;
  readonly texts: Texts;
}

/** The bounds of what somebody may do in a conversation. */
export interface Scope {
  /** On the conversation's clock, in milliseconds. */
  readonly until: number;
  /** Aborted when they must stop. */
  readonly signal: AbortSignal;
}

/** A line to ask for. */
export interface Question {
  readonly prompt: string;
  readonly echo: LineOptions['echo'];
  readonly maxLength: number;
  readonly timeoutSeconds: number;
  readonly idleSeconds: number;
  /** How many empty lines are too many; 0: an empty line is an answer. */
  readonly tries: number;
  readonly flushTypeAhead: boolean;
}

/**
 * The one conversation that a transaction is, on behalf of every {@link Dialog} of it: what is to
 * be shown, whose turn it is, how long it may last, and its end.
 */
export class Conversation {
  readonly transaction: RasTransaction;
  readonly clock: Clock;
  readonly codePage: CodePage;
  texts: Texts;
  /** All of the transaction. */
  readonly scope: Scope;
  /** Resolves when the security DLL has said that the transaction is over. */
  readonly ended: Promise<EndReason>;

  readonly #observe: (event: DialogEvent) => void;
  readonly #line: Line;
  readonly #editor: LineEditor;
  readonly #controller = new AbortController();
  readonly #secrets: { wipe(): void }[] = [];
  readonly #cleanups: (() => Promise<void>)[] = [];
  #output: Uint8Array[] = [];
  // Line's calls must not overlap: each operation begins when the one before has settled.
  #turn: Promise<unknown> = Promise.resolve();
  #operations = 0;
  #questions = 0;
  #pauses = 0;

  constructor(transaction: RasTransaction, manners: Manners, options: DialogOptions = {}) {
    this.transaction = transaction;
    this.clock = options.clock ?? SYSTEM_CLOCK;
    this.codePage = manners.codePage;
    this.texts = manners.texts;
    this.scope = {
      until: this.clock.now() + transaction.budgetMs,
      signal: this.#controller.signal,
    };
    this.#observe = options.observe ?? (() => undefined);
    this.#line = new Line(transaction, this.clock);
    this.#editor = new LineEditor(manners.codePage);
    this.ended = new Promise((resolve) => {
      transaction.onEnd = (reason) => {
        this.close(endError(reason));
        resolve(reason);
      };
    });
  }

  /** Whether something asked of the conversation is in progress: it waits for the caller or pauses. */
  get busy(): boolean {
    return this.#operations > 0 || this.#pauses > 0;
  }

  /** Shows text, together with what follows it at once. */
  show(text: string): void {
    this.#output.push(this.codePage.encode(text));
    this.#observe({ kind: 'shown', text });
    this.#flushSoon();
  }

  /** Shows what the caller alone may see. */
  showSecret(bytes: Uint8Array): void {
    const copy = Uint8Array.from(bytes);
    this.#output.push(copy);
    this.#secrets.push({ wipe: () => copy.fill(0) });
    this.#observe({ kind: 'shown-secret', bytes });
    this.#flushSoon();
  }

  /** Sends bytes as they are. */
  send(bytes: Uint8Array, scope: Scope): Promise<void> {
    return this.#inTurn(scope, async () => {
      this.#output.push(Uint8Array.from(bytes));
      await this.#flush();
    });
  }

  /** Asks for a line; `answer` owns its memory, and sees to it that it is wiped. */
  ask<T>(question: Question, scope: Scope, answer: (line: Buffer) => T): Promise<T> {
    return this.#question(scope, async () => answer(await this.#readLine(question, scope)));
  }

  /** At least one byte from the caller, at most `length`; `timeoutSeconds` 0: until the scope's end. */
  receive(length: number, timeoutSeconds: number, scope: Scope): Promise<Uint8Array> {
    return this.#question(scope, async () => {
      await this.#flush();
      const { typeAhead } = this.#line;
      const bytes =
        typeAhead.length > 0
          ? typeAhead.take(length)
          : await this.#receive(length, timeoutSeconds, scope);
      this.#observe({ kind: 'received', bytes });
      return bytes;
    });
  }

  /** Until when the caller may be listened to: what is left then is for the verdict. */
  get talkUntil(): number {
    return this.scope.until - VERDICT_RESERVE_MS;
  }

  /** Lets time pass. What the caller types meanwhile is kept. */
  async pause(ms: number, scope: Scope): Promise<void> {
    await this.#flushInTurn(scope);
    const left = Math.min(scope.until, this.talkUntil) - this.clock.now();
    // Not in turn: a pause that nobody waits for any more must not hold up the verdict.
    this.#pauses++;
    try {
      await this.#passTime(Math.min(ms, left), scope.signal);
    } finally {
      this.#pauses--;
    }
    if (ms > left) throw new DialogTimeout('the pause is longer than the dialog may last');
  }

  observe(event: DialogEvent): void {
    this.#observe(event);
  }

  /** Sees to it that a secret is wiped with the conversation. */
  keep(secret: Secret): void {
    this.#secrets.push(secret);
  }

  /** See {@link Dialog.holdTermination}. */
  holdTermination(cleanup: () => Promise<void>): void {
    this.scope.signal.throwIfAborted();
    if (this.#cleanups.length === 0) this.transaction.hold();
    this.#cleanups.push(cleanup);
  }

  /**
   * Sends what is still unsent and gives it the Receive without which it may never leave (SD-22).
   * Never rejects. Not while a question is open: its Receive forbids a Send.
   */
  async sayLastWords(): Promise<void> {
    if (this.#questions > 0) return;
    const left = this.scope.until - this.clock.now() - LAST_MOMENT_MS;
    const enough = new AbortController();
    // A verdict in time is worth more than the rest of its message.
    const inTime = this.#passTime(left, enough.signal);
    await Promise.race([this.#flushInTurn(this.scope), inTime]).catch(() => undefined);
    enough.abort();
    await inTime.catch(() => undefined);
  }

  /** Fails what is in progress and all that follows, and wipes the secrets. */
  close(reason: Error): void {
    this.#line.close(reason);
    this.#controller.abort(reason);
    this.#output = [];
    this.#editor.wipe();
    for (const secret of this.#secrets) secret.wipe();
  }

  /**
   * After End: runs what was given to {@link holdTermination}, and lets the call end. Yields what
   * the clean-ups threw.
   */
  async cleanUp(): Promise<unknown[]> {
    if (this.#cleanups.length === 0) return [];
    await this.ended;
    const errors: unknown[] = [];
    for (const cleanup of this.#cleanups.reverse()) {
      try {
        await cleanup();
      } catch (error) {
        errors.push(error);
      }
    }
    this.transaction.release();
    return errors;
  }

  async #readLine(question: Question, scope: Scope): Promise<Buffer> {
    const { prompt, echo, maxLength, tries } = question;
    const promptBytes = this.codePage.encode(prompt);
    const until = this.clock.now() + question.timeoutSeconds * 1000;
    const { typeAhead } = this.#line;

    if (question.flushTypeAhead) await this.#discardTypeAhead(until, scope);
    this.#observe({ kind: 'shown', text: prompt });
    this.#observe({ kind: 'asked', secret: echo !== 'typed' });
    this.#output.push(promptBytes);
    this.#editor.start({ maxLength, echo });
    for (let emptyLines = 0; ;) {
      if (typeAhead.length === 0) await this.#flush();
      // A byte at a time is right with every server; and the flush may have brought some.
      const bytes =
        typeAhead.length > 0
          ? typeAhead.take(1)
          : await this.#receive(1, secondsLeft(until, question.idleSeconds, this.clock), scope);
      const { echo: shown, event } = this.#editor.feed(bytes[0] ?? 0);
      bytes.fill(0);
      this.#output.push(shown);
      if (!event) continue;
      if (event.kind === 'ppp') throw callerStartedPpp();
      if (event.kind === 'cancelled') throw new CallerCancelled('the caller has pressed Ctrl-C');
      if (event.line.length > 0 || tries === 0) return event.line;
      if (++emptyLines === tries) throw new TooManyTries(`the caller sent ${tries} empty lines`);
      this.#output.push(promptBytes);
      this.#editor.start({ maxLength, echo });
    }
  }

  /**
   * A secret must not be the rest of what was typed for another question. The server keeps what
   * came early, so it is received until there is no more: which takes a time-out to know.
   */
  async #discardTypeAhead(until: number, scope: Scope): Promise<void> {
    await this.#flush();
    await this.#line.settle();
    this.#editor.start({ maxLength: 0, echo: 'none' });
    const { typeAhead } = this.#line;
    for (let discarded = 0; discarded < MAX_DISCARDED; discarded++) {
      scope.signal.throwIfAborted();
      if (this.clock.now() >= Math.min(until, scope.until, this.talkUntil)) {
        throw new DialogTimeout('the caller did not stop typing in time');
      }
      const [byte] = typeAhead.length > 0 ? typeAhead.take(1) : await this.#line.receive(1, 1);
      if (byte === undefined) return;
      if (this.#editor.feed(byte).event?.kind === 'ppp') throw callerStartedPpp();
    }
  }

  async #receive(length: number, timeoutSeconds: number, scope: Scope): Promise<Uint8Array> {
    scope.signal.throwIfAborted();
    const leftMs = Math.min(scope.until, this.talkUntil) - this.clock.now();
    if (leftMs <= 0) throw new DialogTimeout('the time for the dialog is used up');
    const left = Math.max(1, Math.floor(leftMs / 1000));
    // 0 would be no limit at all; the dialog always has one.
    const seconds = timeoutSeconds === 0 ? left : Math.min(timeoutSeconds, left);
    const bytes = await this.#line.receive(length, seconds);
    if (scope.signal.aborted) {
      // Whoever asked has gone; it is for the next one.
      this.#line.typeAhead.push(bytes);
      throw scope.signal.reason;
    }
    if (bytes.length === 0) throw new DialogTimeout('the caller did not answer in time');
    return bytes;
  }

  #passTime(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const cancel = this.clock.after(Math.max(0, ms), () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = (): void => {
        cancel();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#output);
    this.#output = [];
    try {
      await this.#line.send(bytes);
    } finally {
      bytes.fill(0);
    }
  }

  #flushInTurn(scope: Scope): Promise<void> {
    return this.#inTurn(scope, async () => {
      await this.#flush();
      await this.#line.settle();
    });
  }

  /** Lets the text go when nothing has taken it along by the time the policy waits for others. */
  #flushSoon(): void {
    setImmediate(() => {
      if (this.#operations === 0 && this.#output.length > 0) void this.#flushInTurn(this.scope);
    });
  }

  #question<T>(scope: Scope, operation: () => Promise<T>): Promise<T> {
    this.#questions++;
    const observed = async (): Promise<T> => {
      try {
        return await operation();
      } catch (error) {
        this.#observe({ kind: 'unanswered', why: whyUnanswered(error) });
        throw error;
      }
    };
    return this.#inTurn(scope, observed, () => this.#questions--);
  }

  #inTurn<T>(scope: Scope, operation: () => Promise<T>, after?: () => void): Promise<T> {
    this.#operations++;
    const result = this.#turn
      .then(() => {
        scope.signal.throwIfAborted();
        return operation();
      })
      .finally(() => {
        after?.();
        this.#operations--;
        if (this.#output.length > 0) this.#flushSoon();
      });
    this.#turn = result.catch(() => undefined);
    return handled(() => orAborted(result, scope.signal));
  }
}

/**
 * For whoever asked: an outstanding Receive can't be taken back, and the next operation waits for
 * it, but they need not.
 */
function orAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Keeps a failure that the policy does not await from ending the whole process. */
export function handled<T>(operation: () => Promise<T>): Promise<T> {
  const answer = (async () => operation())();
  answer.catch(() => undefined);
  return answer;
}

function secondsLeft(until: number, idleSeconds: number, clock: Clock): number {
  const left = Math.ceil((until - clock.now()) / 1000);
  if (left <= 0) throw new DialogTimeout('the caller did not finish the line in time');
  return Math.min(left, idleSeconds);
}

function callerStartedPpp(): CallerStartedPpp {
  return new CallerStartedPpp('PPP frames came instead of an answer');
}

function whyUnanswered(error: unknown): Unanswered {
  if (error instanceof DialogTimeout) return 'timeout';
  if (error instanceof CallerCancelled) return 'cancelled';
  if (error instanceof CallerStartedPpp) return 'ppp';
  if (error instanceof TooManyTries) return 'too-many-tries';
  return error instanceof CallerHungUp ? 'hung-up' : 'failed';
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
      return new RasshostError('RASSHOST_E_OVER', 'the verdict has been given');
  }
}
