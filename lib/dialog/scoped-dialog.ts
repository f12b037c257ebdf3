import { RasshostError } from '../errors';
import { aFunction, BYTES, TEXT } from '../options/kinds';
import { checkValue, readOptions } from '../options/read-options';
import type { RasSecurityInfo } from '../rasman/security-info';
import type { RasTransaction } from '../rasman/transaction';
import type { Clock } from '../time/clock';
import type { AskOptions, AskSecretOptions, QuestionOptions } from './asking';
import { choose, type Choice } from './choose';
import { confirm } from './confirm';
import type { Conversation } from './conversation';
import type { Dialog } from './dialog';
import type { HidingLog } from './hiding-log';
import { LineQuestions } from './line-questions';
import { newPin, type NewPinOptions, type PinSource } from './new-pin';
import { race, type Contender, type Winner } from './race';
import {
  PAUSE_KINDS,
  receiveKinds,
  type PauseOptions,
  type ReceiveOptions,
} from './receive-options';
import { limitScope, type Scope } from './scope';
import type { Secret } from './secret';
import { chooseTexts, TEXT_OPTION_KINDS, type TextOptions, type Texts } from './texts';
import { handled } from './turns';

/** A {@link Dialog} with a bound of its own. */
export interface LimitedDialog {
  readonly dialog: Dialog;
  /** Makes the limited dialog fail from now on, when it is not needed any more. */
  close(): void;
}

/** What others than policies need to know of a dialog. */
export interface DialogInternals {
  readonly log: HidingLog;
  /** Whether something asked of the dialog is in progress. */
  readonly busy: boolean;
  /** Whether a function that takes part in a race is at something else, such as a server. */
  readonly atSomethingElse: boolean;
  /** Resolves when a question that was given up does not hold up the line any more. */
  settle(): Promise<void>;
  /** The same dialog, but with no more than `ms` milliseconds, and time left for others. */
  limited(ms: number): LimitedDialog;
}

/**
 * The internals of the dialog of a call.
 * @throws {@link RasshostError} RASSHOST_E_OPTION for one that a test has made up
 */
export function internalsOf(dialog: Dialog): DialogInternals {
  // Not by its class: the policy may have another copy of this package.
  if ('limited' in dialog) return dialog as Dialog & DialogInternals;
  throw new RasshostError(
    'RASSHOST_E_OPTION',
    'this needs the dialog of a call, from RAS or from dial, and not one that is made up',
  );
}

/** A dialog on a conversation, in the bounds of a scope. Its documentation is that of {@link Dialog}. */
export class ScopedDialog implements Dialog, DialogInternals {
  readonly log: HidingLog;
  readonly #conversation: Conversation;
  readonly #scope: Scope;
  readonly #questions: LineQuestions;

  constructor(conversation: Conversation, log: HidingLog, scope: Scope = conversation.scope) {
    this.log = log;
    this.#conversation = conversation;
    this.#scope = scope;
    this.#questions = new LineQuestions(conversation, scope);
  }

  get transaction(): RasTransaction {
    return this.#conversation.transaction;
  }

  get id(): string {
    return String(this.transaction.id);
  }

  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  get clock(): Clock {
    return this.#conversation.clock;
  }

  get deviceName(): string {
    return this.info().deviceName;
  }

  get remainingSeconds(): number {
    return Math.max(0, this.#scope.until - this.clock.now()) / 1000;
  }

  get texts(): Texts {
    return this.#conversation.texts.all;
  }

  useTexts(options: TextOptions): void {
    const { codePage, texts } = this.#conversation;
    const given = readOptions('useTexts', options, TEXT_OPTION_KINDS);
    this.#conversation.texts = chooseTexts(given, codePage, texts);
  }

  info(): RasSecurityInfo {
    this.signal.throwIfAborted();
    return this.transaction.getInfo();
  }

  print(text: string): void {
    this.signal.throwIfAborted();
    this.#conversation.show(checkValue('the text of print', text, TEXT));
  }

  printSecret(secret: string | Secret | Uint8Array): void {
    this.signal.throwIfAborted();
    this.#conversation.showSecret(secret);
  }

  ask(prompt: string, options: AskOptions = {}): Promise<string> {
    return handled(() => this.#questions.ask(prompt, options));
  }

  askSecret(prompt: string, options: AskSecretOptions = {}): Promise<Secret> {
    return handled(() => this.#questions.askSecret(prompt, options, 'secret'));
  }

  choose<T>(
    title: string,
    choices: readonly Choice<T>[],
    options: QuestionOptions = {},
  ): Promise<T> {
    return handled(() => choose(this, title, choices, options));
  }

  confirm(question: string, options: QuestionOptions = {}): Promise<boolean> {
    return handled(() => confirm(this, question, options));
  }

  newPin(options: NewPinOptions = {}): Promise<Secret> {
    const questions = this.#questions;
    const pins: PinSource = {
      codePage: this.#conversation.codePage,
      ask: (prompt, how) => questions.askSecret(prompt, { ...how, allowEmpty: true }, 'pin'),
      keep: (bytes) => questions.keep(bytes),
    };
    return handled(() => newPin(this, pins, options));
  }

  race<Contenders extends readonly Contender[]>(
    ...contenders: Contenders
  ): Promise<Winner<Contenders>> {
    const conversation = this.#conversation;
    const dialogIn = (scope: Scope): Dialog => new ScopedDialog(conversation, this.log, scope);
    return handled(() => race(contenders, conversation, this.#scope, dialogIn)) as Promise<
      Winner<Contenders>
    >;
  }

  pause(options: PauseOptions): Promise<void> {
    return handled(() => {
      const { seconds } = readOptions('pause', options, PAUSE_KINDS);
      return this.#conversation.pause(seconds * 1000, this.#scope);
    });
  }

  send(bytes: Uint8Array): Promise<void> {
    return handled(() => {
      checkValue('what send is given', bytes, BYTES);
      return this.#conversation.send(bytes, this.#scope);
    });
  }

  receive(options: ReceiveOptions): Promise<Uint8Array> {
    return handled(() => {
      this.signal.throwIfAborted();
      const kinds = receiveKinds(this.transaction.receiveBuffer.length);
      const { length, timeoutSeconds } = readOptions('receive', options, kinds);
      return this.#conversation.receive(length, timeoutSeconds, this.#scope);
    });
  }

  holdTermination(cleanup: (signal: AbortSignal) => Promise<void>): void {
    checkValue('the clean-up of holdTermination', cleanup, aFunction());
    this.#conversation.holdTermination(cleanup);
  }

  get busy(): boolean {
    return this.#conversation.busy;
  }

  get atSomethingElse(): boolean {
    return this.#conversation.contenders.atSomethingElse;
  }

  settle(): Promise<void> {
    return this.#conversation.settle(this.#scope);
  }

  limited(ms: number): LimitedDialog {
    const conversation = this.#conversation;
    const { scope, close } = limitScope(this.#scope, ms, conversation);
    return { dialog: new ScopedDialog(conversation, this.log, scope), close };
  }
}
