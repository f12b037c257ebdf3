import type { Clock } from '../time/clock';
import { aFunction, BYTES, numberFrom, required, TEXT, wholeNumber } from '../options/kinds';
import { checkValue, readOptions } from '../options/read-options';
import type { RasSecurityInfo } from '../rasman/security-info';
import type { RasTransaction } from '../rasman/transaction';
import type { AskOptions, AskSecretOptions, QuestionOptions } from './asking';
import { choose, type Choice } from './choose';
import type { DialogLog } from './dialog-log';
import { confirm } from './confirm';
import type { Conversation } from './conversation';
import { LineQuestions } from './line-questions';
import { newPin, type NewPinOptions, type PinSource } from './new-pin';
import { MAX_SECONDS } from './question';
import { race, type Contender, type Winner } from './race';
import { limitScope, type Scope } from './scope';
import type { Secret } from './secret';
import { chooseTexts, TEXT_OPTION_KINDS, type TextOptions, type Texts } from './texts';
import { handled } from './turns';

/**
 * How {@link Dialog.receive} receives.
 * @category Dialogs
 */
export interface ReceiveOptions {
  /**
   * Bytes wanted, from 1 to the size of the receive buffer. A genuine server may wait for exactly
   * so many (KB Q193058): 1 is the only length that is right with every server.
   */
  readonly length: number;
  /** The server's time-out in whole seconds up to 3600; 0 = none but the dialog's own. */
  readonly timeoutSeconds: number;
}

/**
 * How {@link Dialog.pause} pauses.
 * @category Dialogs
 */
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
 * {@link CallerStartedPpp}, {@link TooManyTries} or `RasError`; a policy rarely needs to
 * catch them, since each has its verdict: the lost line and the error of RAS are an ERROR, the
 * others, who gave no answer, a FAILURE (SD-11).
 *
 * @category Dialogs
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
  readonly #log: DialogLog;
  readonly #scope: Scope;
  readonly #questions: LineQuestions;

  /** @internal */
  constructor(conversation: Conversation, log: DialogLog, scope: Scope = conversation.scope) {
    this.#conversation = conversation;
    this.#log = log;
    this.#scope = scope;
    this.#questions = new LineQuestions(conversation, scope);
  }

  /** The documented calls underneath, for what this class can't do. Don't use both at once. */
  get transaction(): RasTransaction {
    return this.#conversation.transaction;
  }

  /**
   * The number of the dialog, as it is in the log and in the reports of `onOutcome`: `7`. No other
   * dialog has it while the RAS service runs. A text, because JSON knows no bigint.
   */
  get id(): string {
    return String(this.transaction.id);
  }

  /** Aborted as soon as the dialog is over: End, the deadline, or the verdict (SD-25). */
  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  /** The time that the dialog lives in: in tests it may not be the system's. */
  get clock(): Clock {
    return this.#conversation.clock;
  }

  /** The log: a line in it has its time, and the id of this dialog. */
  get log(): DialogLog {
    return this.#log;
  }

  /** Friendly name of the modem. */
  get deviceName(): string {
    return this.info().deviceName;
  }

  /** What is left of the time that the security DLL allows the dialog; need not be whole. */
  get remainingSeconds(): number {
    return Math.max(0, this.#scope.until - this.clock.now()) / 1000;
  }

  /** What the dialog says by itself. */
  get texts(): Texts {
    return this.#conversation.texts.all;
  }

  /**
   * Changes what the dialog says by itself, from now on: for the language of a user, say. What the
   * options don't name stays as it was: the language, and texts that the policy has replaced.
   *
   * @throws {@link RasshostError} RASSHOST_E_OPTION for a language that does not come with rasshost, a
   * text that there isn't, or a word that is both yes and no; RASSHOST_E_TEXT for texts that the code
   * page can't show
   */
  useTexts(options: TextOptions): void {
    const { codePage, texts } = this.#conversation;
    const given = readOptions('useTexts', options, TEXT_OPTION_KINDS);
    this.#conversation.texts = chooseTexts(given, codePage, texts);
  }

  /**
   * RasSecurityDialogGetInfo: how the last Receive ended, and the modem's name.
   * @throws `RasError` when it does not return NO_ERROR
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
    this.#conversation.show(checkValue('the text of print', text, TEXT));
  }

  /**
   * Shows what the caller alone may see, such as a PIN that was made for them: it is in no tape and
   * in no log. Nothing is added to it.
   *
   * @param secret - a text. Bytes are UTF-8, like those of a Secret
   * @throws {@link RasshostError} RASSHOST_E_TEXT for a character that the code page lacks
   */
  printSecret(secret: string | Secret | Uint8Array): void {
    this.signal.throwIfAborted();
    this.#conversation.showSecret(secret);
  }

  /**
   * Asks for a line of text, and echoes it. An empty line asks again, unless allowed.
   *
   * @throws {@link TooManyTries} after as many answers that won't do as `tries` says; default 10
   * @example
   * ```ts
   * const userName = await dialog.ask('User name: ', {
   *   validate: (name) => (/^[a-z]+$/.test(name) ? undefined : 'Small letters only, please.'),
   * });
   * ```
   */
  ask(prompt: string, options: AskOptions = {}): Promise<string> {
    return handled(() => this.#questions.ask(prompt, options));
  }

  /**
   * Asks for a line that nobody shall see. An empty line asks again, unless allowed.
   *
   * @throws {@link TooManyTries} after as many answers that won't do as `tries` says; default 10
   */
  askSecret(prompt: string, options: AskSecretOptions = {}): Promise<Secret> {
    return handled(() => this.#questions.askSecret(prompt, options, 'secret'));
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
    const questions = this.#questions;
    const pins: PinSource = {
      codePage: this.#conversation.codePage,
      ask: (prompt, how) => questions.askSecret(prompt, { ...how, allowEmpty: true }, 'pin'),
      keep: (bytes) => questions.keep(bytes),
    };
    return handled(() => newPin(this, pins, options));
  }

  /**
   * Has several things race with each other, such as a question and a push that is approved on the
   * caller's phone meanwhile, and yields what the first of them yields. Each gets a dialog of its
   * own that ends with the race: what loses can't talk to the caller any more, and its `signal` is
   * aborted. Texts that are printed after the race arrive, also as the policy's last words.
   *
   * A contender that yields `undefined` drops out, and the others go on; the race yields `undefined`
   * when all have dropped out. What a contender throws ends the race.
   *
   * Use it, and not `Promise.race`, wherever a question may be left unanswered: the caller can be
   * sent nothing while RAS waits for an answer, and only here it is known that it must not wait for
   * long. It waits in slices of two seconds, after which the next text or question can be shown.
   *
   * @throws {@link DialogTimeout} when the time for the dialog is used up
   * @example
   * ```ts
   * const isRight = await dialog.race(
   *   async (dialog) => tokens.verify(userName, await dialog.askSecret('Passcode: ')),
   *   (dialog) => pushes.approved(userName, { signal: dialog.signal }),
   * );
   * ```
   */
  race<Contenders extends readonly Contender[]>(
    ...contenders: Contenders
  ): Promise<Winner<Contenders>> {
    return handled(() => race(this.limited(Infinity), contenders)) as Promise<Winner<Contenders>>;
  }

  /** Lets time pass, for the next tokencode say. What the caller types meanwhile is kept. */
  pause(options: PauseOptions): Promise<void> {
    return handled(() => {
      const { seconds } = readOptions('pause', options, {
        seconds: required(numberFrom(0, MAX_SECONDS)),
      });
      return this.#conversation.pause(seconds * 1000, this.#scope);
    });
  }

  /** Sends bytes as they are, in as many Sends as the send buffer needs (SD-16). */
  send(bytes: Uint8Array): Promise<void> {
    return handled(() => {
      checkValue('what send is given', bytes, BYTES);
      return this.#conversation.send(bytes, this.#scope);
    });
  }

  /**
   * The caller's next bytes, as they come and without echo: at least one, at most `length`.
   * @throws {@link DialogTimeout} when none came in time
   */
  receive(options: ReceiveOptions): Promise<Uint8Array> {
    return handled(() => {
      this.signal.throwIfAborted();
      const { length, timeoutSeconds } = readOptions('receive', options, {
        length: required(wholeNumber(1, this.transaction.receiveBuffer.length)),
        timeoutSeconds: required(wholeNumber(0, MAX_SECONDS)),
      });
      return this.#conversation.receive(length, timeoutSeconds, this.#scope);
    });
  }

  /**
   * Delays the end of the call until `cleanup` is done, however the dialog ends (SD-24): the port
   * is not reused before. Several are run one after the other, the last first.
   *
   * The security DLL bounds the delay (HoldSeconds, 10 s by default), and lets the port go then. A
   * clean-up that goes on has 10 minutes, after which its `signal` is aborted and it is reported as
   * `cleanup-failed`. The signal of the dialog is of no use to it: that one is aborted by then.
   */
  holdTermination(cleanup: (signal: AbortSignal) => Promise<void>): void {
    checkValue('the clean-up of holdTermination', cleanup, aFunction());
    this.#conversation.holdTermination(cleanup);
  }

  /** Whether something asked of the dialog is in progress. @internal */
  get busy(): boolean {
    return this.#conversation.busy;
  }

  /** Resolves when a question that was given up does not hold up the line any more. @internal */
  settle(): Promise<void> {
    return this.#conversation.settle(this.#scope);
  }

  /** The same dialog, but with no more than `ms` milliseconds, and time left for others. @internal */
  limited(ms: number): LimitedDialog {
    const conversation = this.#conversation;
    const { scope, close } = limitScope(this.#scope, ms, conversation);
    return { dialog: new Dialog(conversation, this.#log, scope), close };
  }
}
