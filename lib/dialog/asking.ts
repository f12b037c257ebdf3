import type { Secret } from './secret';
import type { Texts } from './texts';

/**
 * Judges an answer: `undefined` accepts it; a text refuses it, and says what to do better. The
 * caller is shown the text on a line of its own and asked again.
 *
 * @category Questions
 */
export type Validate<Answer> = (answer: Answer) => string | undefined | Promise<string | undefined>;

/**
 * What every question has.
 * @category Questions
 */
export interface QuestionOptions {
  /**
   * Time for the whole answer, in whole seconds from 1 to 3600; never beyond the dialog's. Default 60.
   * It begins again after an answer that `validate` refuses, or that is not in the menu. It does not
   * after a line that is empty or too long.
   */
  readonly timeoutSeconds?: number | undefined;
  /** The question ends with TooManyTries at so many answers that won't do. From 1 on. */
  readonly tries?: number | undefined;
}

/**
 * How {@link Dialog.ask} asks. Three kinds of answers won't do: an empty line, a line that is too
 * long, and an answer that `validate` refuses. `tries` counts all of them together; its default is
 * 10.
 *
 * @category Questions
 */
export interface AskOptions<Answer = string> extends QuestionOptions {
  /** Time for each key, in whole seconds from 1 to 3600. Default: as long as for the whole answer. */
  readonly idleSeconds?: number | undefined;
  /**
   * Most characters that an answer may have. If the caller types more, each of them rings the bell.
   * If they are still there at Enter, the caller is told so and asked again. Default 256, the
   * longest user name (UNLEN).
   */
  readonly maxLength?: number | undefined;
  /** Accept an empty line, instead of asking again. Default false. */
  readonly allowEmpty?: boolean | undefined;
  /**
   * Drop what the caller has typed before the question is shown. The question then waits until the
   * caller has been silent for a second. Scripts that send everything at once fail at it. Default
   * false.
   */
  readonly flushTypeAhead?: boolean | undefined;
  /** A rule of the policy's own. Default: every answer will do. */
  readonly validate?: Validate<Answer> | undefined;
}

/**
 * How {@link Dialog.askSecret} asks.
 * @category Questions
 */
export interface AskSecretOptions extends AskOptions<Secret> {
  /** One printable character to show for each that is typed. Default: show nothing. */
  readonly mask?: string | undefined;
}

/** The methods of a dialog with which `choose`, `confirm` and `newPin` ask. @internal */
export interface Asking {
  readonly texts: Texts;
  print(text: string): void;
  printSecret(secret: string | Secret | Uint8Array): void;
  ask(prompt: string, options?: AskOptions): Promise<string>;
}
