import type { RasSecurityInfo } from '../rasman/security-info';
import type { RasTransaction } from '../rasman/transaction';
import type { Clock } from '../time/clock';
import type { AskOptions, AskSecretOptions, QuestionOptions } from './asking';
import type { Choice } from './choose';
import type { DialogLog } from './dialog-log';
import type { NewPinOptions } from './new-pin';
import type { Contender, Winner } from './race';
import type { PauseOptions, ReceiveOptions } from './receive-options';
import type { Secret } from './secret';
import type { TextOptions, Texts } from './texts';

/**
 * The conversation with one caller. Texts go out together with the next question, or by themselves
 * when the policy turns to something else. The caller's terminal does not echo, so questions do.
 *
 * Questions fail with {@link CallerHungUp}, {@link DialogTimeout}, {@link CallerCancelled},
 * {@link CallerStartedPpp}, {@link TooManyTries} or `RasError`; a policy rarely needs to
 * catch them, since each has its verdict: the lost line and the error of RAS are an ERROR, the
 * others, who gave no answer, a FAILURE (SD-11).
 *
 * A test gets a whole dialog from `dial` (`rasshost/testing`). To test a part of a policy by itself, it
 * can also make up an object that has what this part uses. `withDeadline` needs a whole one.
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
export interface Dialog {
  /** The documented calls underneath, for what a dialog can't do. Don't use both at once. */
  readonly transaction: RasTransaction;

  /**
   * The number of the dialog, as it is in the log and in the reports of `onOutcome`: `7`. No other
   * dialog has it while the RAS service runs. A text, because JSON knows no bigint.
   */
  readonly id: string;

  /** Aborted as soon as the dialog is over: End, the deadline, or the verdict (SD-25). */
  readonly signal: AbortSignal;

  /** The time that the dialog lives in: in tests it may not be the system's. */
  readonly clock: Clock;

  /** The log: a line in it has its time, and the id of this dialog. */
  readonly log: DialogLog;

  /** Friendly name of the modem. */
  readonly deviceName: string;

  /** What is left of the time that the security DLL allows the dialog; need not be whole. */
  readonly remainingSeconds: number;

  /** What the dialog says by itself. */
  readonly texts: Texts;

  /**
   * Changes what the dialog says by itself, from now on: for the language of a user, say. What the
   * options don't name stays as it was: the language, and texts that the policy has replaced.
   *
   * @throws {@link RasshostError} RASSHOST_E_OPTION for a language that does not come with rasshost, a
   * text that there isn't, or a word that is both yes and no; RASSHOST_E_TEXT for texts that the code
   * page can't show
   */
  useTexts(options: TextOptions): void;

  /**
   * RasSecurityDialogGetInfo: how the last Receive ended, and the modem's name.
   * @throws `RasError` when it does not return NO_ERROR
   */
  info(): RasSecurityInfo;

  /**
   * Shows text, with `\r\n` for a new line.
   * @throws {@link RasshostError} RASSHOST_E_TEXT for a character that the code page lacks
   */
  print(text: string): void;

  /**
   * Shows what the caller alone may see, such as a PIN that was made for them: it is in no tape and
   * in no log. Nothing is added to it.
   *
   * @param secret - a text. Bytes are UTF-8, like those of a Secret
   * @throws {@link RasshostError} RASSHOST_E_TEXT for a character that the code page lacks
   */
  printSecret(secret: string | Secret | Uint8Array): void;

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
  ask(prompt: string, options?: AskOptions): Promise<string>;

  /**
   * Asks for a line that nobody shall see. An empty line asks again, unless allowed.
   *
   * @throws {@link TooManyTries} after as many answers that won't do as `tries` says; default 10
   */
  askSecret(prompt: string, options?: AskSecretOptions): Promise<Secret>;

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
  choose<T>(title: string, choices: readonly Choice<T>[], options?: QuestionOptions): Promise<T>;

  /**
   * Asks a question that is answered by yes or no.
   * @throws {@link TooManyTries} after as many answers that are neither as `tries` says; default 3
   */
  confirm(question: string, options?: QuestionOptions): Promise<boolean>;

  /**
   * Has the caller choose a new PIN, typed twice, or makes one for them to memorize.
   * @throws {@link TooManyTries} when no choice was acceptable
   */
  newPin(options?: NewPinOptions): Promise<Secret>;

  /**
   * Has several things race with each other, such as a question and a push that is approved on the
   * caller's phone meanwhile, and yields what the first of them yields. Each gets a dialog of its
   * own, which ends with the race: what loses can't talk to the caller any more, and its `signal` is
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
  ): Promise<Winner<Contenders>>;

  /** Lets time pass, for the next tokencode say. What the caller types meanwhile is kept. */
  pause(options: PauseOptions): Promise<void>;

  /** Sends bytes as they are, in as many Sends as the send buffer needs (SD-16). */
  send(bytes: Uint8Array): Promise<void>;

  /**
   * The caller's next bytes, as they come and without echo: at least one, at most `length`.
   * @throws {@link DialogTimeout} when none came in time
   */
  receive(options: ReceiveOptions): Promise<Uint8Array>;

  /**
   * Delays the end of the call until `cleanup` is done, however the dialog ends (SD-24): the port
   * is not reused before. Several are run one after the other, the last first.
   *
   * The security DLL bounds the delay (HoldSeconds, 10 s by default), and lets the port go then. A
   * clean-up that goes on has 10 minutes, after which its `signal` is aborted and it is reported as
   * `cleanup-failed`. The signal of the dialog is of no use to it: that one is aborted by then.
   */
  holdTermination(cleanup: (signal: AbortSignal) => Promise<void>): void;
}
