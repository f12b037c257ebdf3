import { TEXT } from '../options/kinds';
import { checkValue, readOptions } from '../options/read-options';
import type { AskOptions, AskSecretOptions } from './asking';
import type { Conversation } from './conversation';
import { ASK_KINDS, askSecretKinds, lineQuestion } from './question';
import type { Scope } from './scope';
import { Secret } from './secret';
import { askUntilValid } from './validated';

/** Asks the questions of a {@link Dialog} that are answered by a line. */
export class LineQuestions {
  readonly #conversation: Conversation;
  readonly #scope: Scope;

  constructor(conversation: Conversation, scope: Scope) {
    this.#conversation = conversation;
    this.#scope = scope;
  }

  /** See {@link Dialog.ask}. */
  async ask(prompt: string, options: AskOptions): Promise<string> {
    const conversation = this.#conversation;
    const { validate, ...how } = readOptions('ask', options, ASK_KINDS);
    const texts = conversation.texts.all;
    const question = lineQuestion(checkValue('the prompt of ask', prompt, TEXT), how, texts);
    const ask = (): Promise<string> =>
      conversation.ask(question, this.#scope, (bytes) => {
        const line = conversation.codePage.decode(bytes);
        conversation.observe({ kind: 'answered', line });
        return line;
      });
    return askUntilValid(ask, validate, question.tries, (problem) => this.#show(problem));
  }

  /** See {@link Dialog.askSecret}. */
  async askSecret(
    prompt: string,
    options: AskSecretOptions,
    as: 'secret' | 'pin',
  ): Promise<Secret> {
    const conversation = this.#conversation;
    const { codePage, texts } = conversation;
    const { validate, mask, ...how } = readOptions('askSecret', options, askSecretKinds(codePage));
    const maskByte = mask === undefined ? undefined : codePage.printableByte(mask);
    const echo = maskByte === undefined ? 'none' : { mask: maskByte };
    checkValue('the prompt of askSecret', prompt, TEXT);
    const question = lineQuestion(prompt, how, texts.all, echo);
    const ask = (): Promise<Secret> =>
      conversation.ask(question, this.#scope, (bytes) => {
        conversation.observe({ kind: 'answered-secret', as, bytes });
        const secret = this.keep(codePage.toUtf8(bytes));
        bytes.fill(0);
        return secret;
      });
    return askUntilValid(ask, validate, question.tries, (problem, secret) => {
      secret.wipe();
      this.#show(problem);
    });
  }

  /** A secret that is wiped with the dialog. */
  keep(bytes: Buffer): Secret {
    const secret = new Secret(bytes);
    this.#conversation.keep(secret);
    return secret;
  }

  #show(text: string): void {
    this.#scope.signal.throwIfAborted();
    this.#conversation.show(text);
  }
}
