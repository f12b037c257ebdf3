import type { Texts } from './texts';

/** How {@link Dialog.ask} asks. */
export interface AskOptions {
  /** Time for the whole answer, in whole seconds from 1 on; never beyond the dialog's. Default 60. */
  readonly timeoutSeconds?: number;
  /** Time for each key, in whole seconds from 1 on. Default: as long as for the whole answer. */
  readonly idleSeconds?: number;
  /** Most characters that the caller can type. Default 256, the longest user name (UNLEN). */
  readonly maxLength?: number;
  /** How many empty lines are too many: fewer just ask again. Default 10. */
  readonly tries?: number;
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
