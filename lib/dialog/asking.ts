import type { Texts } from './texts';

/** What every question has. */
export interface QuestionOptions {
  /**
   * Time for the whole answer, in whole seconds from 1 to 3600; never beyond the dialog's.
   * Default 60.
   */
  readonly timeoutSeconds?: number;
  /** How many answers that won't do are too many: fewer just ask again. From 1 on. */
  readonly tries?: number;
}

/** How {@link Dialog.ask} asks. What won't do is an empty line; `tries` has a default of 10. */
export interface AskOptions extends QuestionOptions {
  /** Time for each key, in whole seconds from 1 on. Default: as long as for the whole answer. */
  readonly idleSeconds?: number;
  /** Most characters that the caller can type. Default 256, the longest user name (UNLEN). */
  readonly maxLength?: number;
  /** Accept an empty line, instead of asking again. Default false. */
  readonly allowEmpty?: boolean;
}

/** How {@link Dialog.askSecret} asks. */
export interface AskSecretOptions extends AskOptions {
  /** One printable character to show for each that is typed. Default: show nothing. */
  readonly mask?: string;
  /**
   * Drop what the caller has typed before the question is shown. It takes a second of silence to
   * know that nothing is left, and breaks scripts that send everything at once. Default false.
   */
  readonly flushTypeAhead?: boolean;
}

/** The part of a dialog that menus and the like are made of. @internal */
export interface Asking {
  readonly texts: Texts;
  print(text: string): void;
  printSecret(secret: Uint8Array): void;
  ask(prompt: string, options?: AskOptions): Promise<string>;
}
