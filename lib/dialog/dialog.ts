import { SYSTEM_CLOCK, type Clock } from '../clock';
import { RasshostError } from '../errors';
import type { RasSecurityInfo } from '../rasman/security-info';
import type { EndReason, RasTransaction } from '../rasman/transaction';
import { UNLEN } from '../rasman/security-message';
import type { DialogEvent } from './dialog-event';
import { CallerHungUp, DialogTimeout } from './errors';
import { Line } from './line';
import { LineEditor, type LineOptions } from './line-editor';
import { Secret } from './secret';

const MAX_DWORD = 0xffffffff;

/** Kept back of the dialog's budget for the last message and the verdict. */
const VERDICT_RESERVE_MS = 2000;

/** How {@link Dialog.ask} asks. */
export interface AskOptions {
  /** Time for the whole line, in whole seconds from 1 on; never beyond the dialog's. Default 60. */
  readonly timeoutSeconds?: number;
  /** Most characters that the caller can type. Default 256, the longest user name (UNLEN). */
  readonly maxLength?: number;
  /** Accept an empty line, instead of asking again. Default false. */
  readonly allowEmpty?: boolean;
}

/** How {@link Dialog.askSecret} asks. */
export interface AskSecretOptions extends AskOptions {
  /** One printable ASCII character to show for each that is typed. Default: show nothing. */
  readonly mask?: string;
}

/** For those who watch a dialog, or make its time pass. */
export interface DialogOptions {
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Told of everything that happens. Must not throw. */
  readonly observe?: (event: DialogEvent) => void;
}

/** How {@link Dialog.receive} receives. */
export interface ReceiveOptions {
  /**
   * Bytes wanted, from 1 to the size of the receive buffer. A genuine server may wait for exactly
   * so many (KB Q193058): 1 is the only length that is right with every server.
   */
  readonly length: number;
  /** The server's time-out in whole seconds; 0 = none but the dialog's own. */
  readonly timeoutSeconds: number;
}

/**
 * The conversation with one caller. Texts go out together with the next question, or by themselves
 * when the policy turns to something else. The caller's terminal does not echo, so questions do.
 *
 * Everything asked of a dialog fails with {@link CallerHungUp}, {@link DialogTimeout} or
 * {@link RasError} when it can't be had; a policy rarely needs to catch them.
 */
export class Dialog {
  /** The documented calls underneath, for what this class can't do. Don't use both at once. */
  readonly transaction: RasTransaction;
  /** Aborted as soon as the dialog is over: End, the deadline, or the verdict (SD-25). */
  readonly signal: AbortSignal;

  /** The time that this dialog lives in. */
  readonly clock: Clock;

  /** Resolves when the security DLL has said that the transaction is over. @internal */
  readonly ended: Promise<EndReason>;

  readonly #line: Line;
  readonly #observe: (event: DialogEvent) => void;
  readonly #editor = new LineEditor();
  readonly #controller = new AbortController();
  readonly #secrets: Secret[] = [];
  readonly #cleanups: (() => Promise<void>)[] = [];
  readonly #deadline: number;
  #output: Uint8Array[] = [];
  // Line's calls must not overlap: each operation begins when the one before has settled.
  #turn: Promise<unknown> = Promise.resolve();
  #operations = 0;
  #questions = 0;

  constructor(transaction: RasTransaction, options: DialogOptions = {}) {
    const { clock = SYSTEM_CLOCK, observe = () => undefined } = options;
    this.transaction = transaction;
    this.clock = clock;
    this.#observe = observe;
    this.signal = this.#controller.signal;
    this.#line = new Line(transaction);
    this.#deadline = this.clock.now() + transaction.budgetMs;
    this.ended = new Promise((resolve) => {
      transaction.onEnd = (reason) => {
        this.close(endError(reason));
        resolve(reason);
      };
    });
  }

  /** The port handle; in the worker a stand-in for it that is never reused. */
  get hPort(): bigint {
    return this.transaction.hPort;
  }

  /** Friendly name of the modem. */
  get deviceName(): string {
    return this.info().deviceName;
  }

  /** Milliseconds left of the time that the security DLL allows the dialog. */
  get remainingMs(): number {
    return Math.max(0, this.#deadline - this.clock.now());
  }

  /** RasSecurityDialogGetInfo: how the last Receive ended, and the modem's name. */
  info(): RasSecurityInfo {
    this.signal.throwIfAborted();
    return this.transaction.getInfo();
  }

  /** Shows text: ASCII, with `\r\n` for a new line. */
  print(text: string): void {
    this.signal.throwIfAborted();
    this.#output.push(ascii(text));
    this.#observe({ kind: 'shown', text });
    this.#flushSoon();
  }

  /** Asks for a line of text, and echoes it. An empty line asks again, unless allowed. */
  ask(prompt: string, options: AskOptions = {}): Promise<string> {
    return this.#question(async () => {
      const bytes = await this.#readLine(prompt, options, 'typed');
      const line = bytes.toString('latin1');
      this.#observe({ kind: 'answered', line });
      return line;
    });
  }

  /** Asks for a line that nobody shall see. An empty line asks again, unless allowed. */
  askSecret(prompt: string, options: AskSecretOptions = {}): Promise<Secret> {
    return this.#question(async () => {
      const { mask } = options;
      if (mask !== undefined && !/^[\x20-\x7e]$/.test(mask)) {
        throw new RasshostError('RASSHOST_E_OPTION', 'mask is not one printable ASCII character');
      }
      const echo = mask === undefined ? 'none' : { mask };
      const bytes = await this.#readLine(prompt, options, echo);
      this.#observe({ kind: 'answered-secret', as: 'secret', bytes });
      const secret = new Secret(bytes);
      this.#secrets.push(secret);
      return secret;
    });
  }

  /** Sends bytes as they are, in as many Sends as the send buffer needs (SD-16). */
  send(bytes: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      this.#output.push(bytes);
      await this.#flush();
    });
  }

  /**
   * The caller's next bytes, as they come and without echo: at least one, at most `length`.
   * Rejects with {@link DialogTimeout} when none came in time.
   */
  receive({ length, timeoutSeconds }: ReceiveOptions): Promise<Uint8Array> {
    return this.#question(async () => {
      checkInteger('length', length, 1, this.transaction.receiveBuffer.length);
      checkInteger('timeoutSeconds', timeoutSeconds, 0, MAX_DWORD);
      const { typeAhead } = this.#line;
      await this.#flush();
      if (typeAhead.length > 0) return Uint8Array.from(typeAhead.splice(0, length));
      return this.#receive(length, timeoutSeconds);
    });
  }

  /**
   * Delays the end of the call until `cleanup` is done, however the dialog ends (SD-24): the port
   * is not reused before. Several are run one after the other, the last first. The security DLL
   * bounds the delay.
   */
  holdTermination(cleanup: () => Promise<void>): void {
    this.signal.throwIfAborted();
    if (this.#cleanups.length === 0) this.transaction.hold();
    this.#cleanups.push(cleanup);
  }

  /**
   * Sends what is still unsent and gives it the Receive without which it may never leave (SD-22).
   * Never rejects. Not while a question is open: its Receive forbids a Send.
   * @internal
   */
  async sayLastWords(): Promise<void> {
    if (this.#questions > 0) return;
    await this.#flushInTurn().catch(() => undefined);
  }

  /** Fails what is in progress and all that follows, and wipes the secrets. @internal */
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
   * @internal
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

  async #readLine(prompt: string, options: AskOptions, echo: LineOptions['echo']): Promise<Buffer> {
    const { timeoutSeconds = 60, maxLength = UNLEN, allowEmpty = false } = options;
    checkInteger('timeoutSeconds', timeoutSeconds, 1, MAX_DWORD);
    checkInteger('maxLength', maxLength, 1, 0xffff);
    const promptBytes = ascii(prompt);
    const until = this.clock.now() + timeoutSeconds * 1000;
    const { typeAhead } = this.#line;

    this.#output.push(promptBytes);
    this.#observe({ kind: 'shown', text: prompt });
    this.#observe({ kind: 'asked', secret: echo !== 'typed' });
    this.#editor.start({ maxLength, echo });
    for (;;) {
      if (typeAhead.length === 0) await this.#flush();
      // A byte at a time is right with every server; and the flush may have brought some.
      const byte = typeAhead.shift() ?? (await this.#receiveByte(until));
      const { echo: shown, line } = this.#editor.feed(byte);
      this.#output.push(shown);
      if (!line) continue;
      if (line.length > 0 || allowEmpty) return line;
      this.#output.push(promptBytes);
      this.#editor.start({ maxLength, echo });
    }
  }

  async #receiveByte(until: number): Promise<number> {
    const seconds = Math.ceil((until - this.clock.now()) / 1000);
    if (seconds <= 0) throw new DialogTimeout('the caller did not finish the line in time');
    const [byte = 0] = await this.#receive(1, seconds);
    return byte;
  }

  async #receive(length: number, timeoutSeconds: number): Promise<Uint8Array> {
    const left = Math.floor((this.remainingMs - VERDICT_RESERVE_MS) / 1000);
    if (left <= 0) throw new DialogTimeout('the time for the dialog is used up');
    // 0 would be no limit at all; the dialog always has one.
    const seconds = timeoutSeconds === 0 ? left : Math.min(timeoutSeconds, left);
    const bytes = await this.#line.receive(length, seconds);
    if (bytes.length === 0) throw new DialogTimeout('the caller did not answer in time');
    return bytes;
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#output);
    this.#output = [];
    await this.#line.send(bytes);
  }

  #flushInTurn(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#flush();
      await this.#line.settle();
    });
  }

  /** Lets the text go when nothing has taken it along by the time the policy waits for others. */
  #flushSoon(): void {
    setImmediate(() => {
      if (this.#operations === 0 && this.#output.length > 0) void this.#flushInTurn();
    });
  }

  #question<T>(operation: () => Promise<T>): Promise<T> {
    this.#questions++;
    return this.#inTurn(operation, () => this.#questions--);
  }

  #inTurn<T>(operation: () => Promise<T>, after?: () => void): Promise<T> {
    this.#operations++;
    const result = this.#turn
      .then(() => {
        this.signal.throwIfAborted();
        return operation();
      })
      .finally(() => {
        after?.();
        this.#operations--;
        if (this.#output.length > 0) this.#flushSoon();
      });
    // Also keeps an answer that the policy does not await from ending the whole process.
    this.#turn = result.catch(() => undefined);
    return result;
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
      return new RasshostError('RASSHOST_E_OVER', 'the verdict has been given');
  }
}

function ascii(text: string): Buffer {
  const foreign = /\P{ASCII}/u.exec(text);
  if (foreign) {
    throw new RasshostError('RASSHOST_E_TEXT', `${JSON.stringify(foreign[0])} is not ASCII`);
  }
  return Buffer.from(text, 'latin1');
}

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    const range = `a whole number from ${least} to ${most}`;
    throw new RasshostError('RASSHOST_E_OPTION', `${name} is ${value}, not ${range}`);
  }
}
