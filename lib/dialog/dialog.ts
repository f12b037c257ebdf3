import type { Clock } from '../time/clock';
import { RasshostError } from '../errors';
import type { RasSecurityInfo } from '../rasman/security-info';
import { UNLEN } from '../rasman/security-message';
import type { RasTransaction } from '../rasman/transaction';
import type { AskOptions, AskSecretOptions, QuestionOptions } from './asking';
import { choose, type Choice } from './choose';
import { confirm } from './confirm';
import { handled, type Conversation, type Question, type Scope } from './conversation';
import { DialogTimeout } from './errors';
import { newPin, type NewPinOptions, type PinSource } from './new-pin';
import { Secret } from './secret';
import { chooseTexts, type TextOptions, type Texts } from './texts';

const MAX_DWORD = 0xffffffff;

/** The longest that DialogSeconds allows a dialog; more than that was meant to be milliseconds. */
const MAX_SECONDS = 3600;

/** How {@link Dialog.receive} receives. */
export interface ReceiveOptions {
  /**
   * Bytes wanted, from 1 to the size of the receive buffer. A genuine server may wait for exactly
   * so many (KB Q193058): 1 is the only length that is right with every server.
   */
  readonly length: number;
  /** The server's time-out in whole seconds up to 3600; 0 = none but the dialog's own. */
  readonly timeoutSeconds: number;
}

/** How {@link Dialog.pause} pauses. */
export interface PauseOptions {
  /** From 0 to 3600; need not be whole. */
  readonly seconds: number;
}

/** A {@link Dialog} with a bound of its own. @internal */
export interface LimitedDialog {
  readonly dialog: Dialog;
  /** Makes the limited dialog fail from now on, when it is not needed any more. */
  close(): void;
}

/**
 * The conversation with one caller. Texts go out together with the next question, or by themselves
 * when the policy turns to something else. The caller's terminal does not echo, so questions do.
 *
 * Questions fail with {@link CallerHungUp}, {@link DialogTimeout}, {@link CallerCancelled},
 * {@link CallerStartedPpp}, {@link TooManyTries} or {@link RasError}; a policy rarely needs to
 * catch them, since each has its verdict: the lost line and the error of RAS are an ERROR, the
 * others, who gave no answer, a FAILURE (SD-11).
 *
 * @example
 * ```ts
 * export default definePolicy(async (dialog) => {
 *   dialog.print('Contoso\r\n');
 *   const userName = await dialog.ask('User name: ');
 *   const passcode = await dialog.askSecret('Passcode: ', { mask: '*' });
 *   const identity = { userName, domain: 'CONTOSO' };
 *   return (await isRight(userName, passcode)) ? grant(identity) : deny(identity);
 * });
 * ```
 */
export class Dialog {
  readonly #conversation: Conversation;
  readonly #scope: Scope;

  /** @internal */
  constructor(conversation: Conversation, scope: Scope = conversation.scope) {
    this.#conversation = conversation;
    this.#scope = scope;
  }

  /** The documented calls underneath, for what this class can't do. Don't use both at once. */
  get transaction(): RasTransaction {
    return this.#conversation.transaction;
  }

  /** Aborted as soon as the dialog is over: End, the deadline, or the verdict (SD-25). */
  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  /** The time that the dialog lives in: in tests it may not be the system's. */
  get clock(): Clock {
    return this.#conversation.clock;
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
    return Math.max(0, this.#scope.until - this.clock.now());
  }

  /** What the dialog says by itself. */
  get texts(): Texts {
    return this.#conversation.texts;
  }

  /**
   * Changes what the dialog says by itself, from now on: for the language of a user, say.
   * @throws {@link RasshostError} RASSHOST_E_OPTION for a language that does not come with rasshost,
   * RASSHOST_E_TEXT for texts that the code page can't show
   */
  useTexts(options: TextOptions): void {
    this.#conversation.texts = chooseTexts(options, this.#conversation.codePage);
  }

  /**
   * RasSecurityDialogGetInfo: how the last Receive ended, and the modem's name.
   * @throws {@link RasError} when it does not return NO_ERROR
   */
  info(): RasSecurityInfo {
    this.signal.throwIfAborted();
    return this.transaction.getInfo();
  }

  /**
   * Shows text, with `\r\n` for a new line.
   * @throws {@link RasshostError} RASSHOST_E_TEXT for a character that the code page lacks
   */
  print(text: string): void {
    this.signal.throwIfAborted();
    this.#conversation.show(text);
  }

  /**
   * Shows what the caller alone may see, such as a PIN that was made for them: it is in no tape.
   * Nothing is added to it.
   */
  printSecret(secret: Uint8Array): void {
    this.signal.throwIfAborted();
    this.#conversation.showSecret(secret);
  }

  /** Asks for a line of text, and echoes it. An empty line asks again, unless allowed. */
  ask(prompt: string, options: AskOptions = {}): Promise<string> {
    const answer = (bytes: Buffer): string => {
      const line = this.#conversation.codePage.decode(bytes);
      this.#conversation.observe({ kind: 'answered', line });
      return line;
    };
    return handled(async () =>
      this.#conversation.ask(lineQuestion(prompt, options), this.#scope, answer),
    );
  }

  /** Asks for a line that nobody shall see. An empty line asks again, unless allowed. */
  askSecret(prompt: string, options: AskSecretOptions = {}): Promise<Secret> {
    return handled(() => this.#askSecret(prompt, options, 'secret'));
  }

  /**
   * Shows a numbered menu, and asks for a number until it is one of them.
   * @throws {@link TooManyTries} after as many answers that are none as `tries` says; default 3
   * @example
   * ```ts
   * const language = await dialog.choose('Language / Sprache', [
   *   { text: 'English', value: 'en' },
   *   { text: 'Deutsch', value: 'de' },
   * ]);
   * ```
   */
  choose<T>(
    title: string,
    choices: readonly Choice<T>[],
    options: QuestionOptions = {},
  ): Promise<T> {
    return handled(() => choose(this, title, choices, options));
  }

  /**
   * Asks a question that is answered by yes or no.
   * @throws {@link TooManyTries} after as many answers that are neither as `tries` says; default 3
   */
  confirm(question: string, options: QuestionOptions = {}): Promise<boolean> {
    return handled(() => confirm(this, question, options));
  }

  /**
   * Has the caller choose a new PIN, typed twice, or makes one for them to memorize.
   * @throws {@link TooManyTries} when no choice was acceptable
   */
  newPin(options: NewPinOptions = {}): Promise<Secret> {
    const pins: PinSource = {
      ask: (prompt, how) => this.#askSecret(prompt, { ...how, allowEmpty: true }, 'pin'),
      keep: (bytes) => this.#keep(bytes),
    };
    return handled(() => newPin(this, pins, options));
  }

  /** Lets time pass, for the next tokencode say. What the caller types meanwhile is kept. */
  pause({ seconds }: PauseOptions): Promise<void> {
    return handled(() => {
      if (seconds >= 0 && seconds <= MAX_SECONDS) {
        return this.#conversation.pause(seconds * 1000, this.#scope);
      }
      const range = `a number from 0 to ${MAX_SECONDS}`;
      throw new RasshostError('RASSHOST_E_OPTION', `seconds is ${seconds}, not ${range}`);
    });
  }

  /** Sends bytes as they are, in as many Sends as the send buffer needs (SD-16). */
  send(bytes: Uint8Array): Promise<void> {
    return this.#conversation.send(bytes, this.#scope);
  }

  /**
   * The caller's next bytes, as they come and without echo: at least one, at most `length`.
   * @throws {@link DialogTimeout} when none came in time
   */
  receive({ length, timeoutSeconds }: ReceiveOptions): Promise<Uint8Array> {
    return handled(() => {
      this.signal.throwIfAborted();
      checkInteger('length', length, 1, this.transaction.receiveBuffer.length);
      checkInteger('timeoutSeconds', timeoutSeconds, 0, MAX_SECONDS);
      return this.#conversation.receive(length, timeoutSeconds, this.#scope);
    });
  }

  /**
   * Delays the end of the call until `cleanup` is done, however the dialog ends (SD-24): the port
   * is not reused before. Several are run one after the other, the last first. The security DLL
   * bounds the delay.
   */
  holdTermination(cleanup: () => Promise<void>): void {
    this.#conversation.holdTermination(cleanup);
  }

  /** Whether something asked of the dialog is in progress. @internal */
  get busy(): boolean {
    return this.#conversation.busy;
  }

  /** The same dialog, but with no more than `ms` milliseconds, and time left for others. @internal */
  limited(ms: number): LimitedDialog {
    const own = new AbortController();
    const now = this.clock.now();
    const until = Math.min(now + ms, this.#scope.until, this.#conversation.talkUntil);
    const cancel = this.clock.after(Math.max(0, until - now), () => {
      own.abort(new DialogTimeout('the time for this part of the dialog is used up'));
    });
    const scope: Scope = {
      until,
      signal: AbortSignal.any([this.#scope.signal, own.signal]),
    };
    return {
      dialog: new Dialog(this.#conversation, scope),
      close() {
        cancel();
        own.abort(new RasshostError('RASSHOST_E_OVER', 'this part of the dialog is over'));
      },
    };
  }

  #askSecret(prompt: string, options: AskSecretOptions, as: 'secret' | 'pin'): Promise<Secret> {
    const { mask, flushTypeAhead = false } = options;
    const question: Question = {
      ...lineQuestion(prompt, options),
      echo: mask === undefined ? 'none' : { mask: this.#maskByte(mask) },
      flushTypeAhead,
    };
    return this.#conversation.ask(question, this.#scope, (bytes) => {
      this.#conversation.observe({ kind: 'answered-secret', as, bytes });
      return this.#keep(bytes);
    });
  }

  /** A secret that is wiped with the dialog. */
  #keep(bytes: Buffer): Secret {
    const secret = new Secret(bytes);
    this.#conversation.keep(secret);
    return secret;
  }

  #maskByte(mask: string): number {
    const { codePage } = this.#conversation;
    const [byte = 0] = codePage.encode(mask);
    if (mask.length === 1 && codePage.isPrintable(byte)) return byte;
    const problem = `mask is ${JSON.stringify(mask)}, not one printable character`;
    throw new RasshostError('RASSHOST_E_OPTION', problem);
  }
}

function lineQuestion(prompt: string, options: AskOptions): Question {
  const { timeoutSeconds = 60, maxLength = UNLEN, tries = 10, allowEmpty = false } = options;
  const { idleSeconds = timeoutSeconds } = options;
  checkInteger('timeoutSeconds', timeoutSeconds, 1, MAX_SECONDS);
  checkInteger('idleSeconds', idleSeconds, 1, MAX_SECONDS);
  checkInteger('maxLength', maxLength, 1, 0xffff);
  checkInteger('tries', tries, 1, MAX_DWORD);
  return {
    prompt,
    echo: 'typed',
    maxLength,
    timeoutSeconds,
    idleSeconds,
    tries: allowEmpty ? 0 : tries,
    flushTypeAhead: false,
  };
}

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    const range = `a whole number from ${least} to ${most}`;
    throw new RasshostError('RASSHOST_E_OPTION', `${name} is ${value}, not ${range}`);
  }
}
