import { aFunction, FLAG, wholeNumber, type Kind } from '../options/kinds';
import type { Checked, Kinds } from '../options/read-options';
import { UNLEN } from '../rasman/security-message';
import type { AskOptions, AskSecretOptions, QuestionOptions, Validate } from './asking';
import type { CodePage } from './code-page';
import type { LineOptions } from './line-editor';
import { fillIn, type Texts } from './texts';
import { Tries } from './tries';

/** The most that DialogSeconds can be. Whoever gives more has thought of milliseconds. */
export const MAX_SECONDS = 3600;

/** A line to ask for. */
export interface Question {
  readonly prompt: string;
  readonly echo: LineOptions['echo'];
  readonly maxLength: number;
  readonly timeoutSeconds: number;
  readonly idleSeconds: number;
  /** Whether an empty line is an answer. */
  readonly allowEmpty: boolean;
  readonly tries: Tries;
  readonly flushTypeAhead: boolean;
  /** Shown after a line that is too long. */
  readonly tooLong: string;
}

/** Of the options that every question has. */
export const QUESTION_KINDS: Kinds<QuestionOptions> = {
  timeoutSeconds: wholeNumber(1, MAX_SECONDS),
  tries: wholeNumber(1),
};

/** Of the options of {@link Dialog.ask}. */
export const ASK_KINDS: Kinds<AskOptions> = {
  ...QUESTION_KINDS,
  idleSeconds: wholeNumber(1, MAX_SECONDS),
  maxLength: wholeNumber(1, 0xffff),
  allowEmpty: FLAG,
  flushTypeAhead: FLAG,
  validate: aFunction<Validate<string>>(),
};

/** Of the options of {@link Dialog.askSecret}. */
export function askSecretKinds(codePage: CodePage): Kinds<AskSecretOptions> {
  return { ...ASK_KINDS, validate: aFunction(), mask: maskKind(codePage) };
}

/** Of an option that is shown for each character of a secret. */
export function maskKind(codePage: CodePage): Kind<string> {
  return {
    allowed: 'one printable character of the code page',
    accepts: (value): value is string =>
      typeof value === 'string' && codePage.printableByte(value) !== undefined,
  };
}

/** The question that checked options ask for. */
export function lineQuestion(
  prompt: string,
  options: Checked<AskOptions<never>>,
  texts: Texts,
  echo: LineOptions['echo'] = 'typed',
): Question {
  const { timeoutSeconds = 60, tries = 10, maxLength = UNLEN, ...others } = options;
  return {
    prompt,
    echo,
    maxLength,
    timeoutSeconds,
    idleSeconds: others.idleSeconds ?? timeoutSeconds,
    allowEmpty: others.allowEmpty ?? false,
    tries: new Tries(tries, 'answers that will not do'),
    flushTypeAhead: others.flushTypeAhead ?? false,
    tooLong: fillIn(texts.tooLong, { max: maxLength }),
  };
}
