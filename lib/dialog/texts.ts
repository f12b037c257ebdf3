import { RasshostError } from '../errors';
import { anObject, oneOf, TEXT, type Kind } from '../options/kinds';
import { readOptions, type Kinds } from '../options/read-options';
import type { CodePage } from './code-page';

/**
 * What dialogs say by themselves. Callers' scripts wait for these texts, so they don't change
 * within a major version. `{min}` and `{max}` stand for numbers, `\r\n` ends a line.
 *
 * @category Texts
 */
export interface Texts {
  /** The answer has more characters than the question allows. */
  readonly tooLong: string;
  /** After a menu. */
  readonly choice: string;
  /** The answer to a menu was none of its numbers. */
  readonly notAChoice: string;
  /** After a question that is answered by yes or no. */
  readonly yesOrNo: string;
  /** What counts as yes, in small letters; the first of them is the one that is proposed. */
  readonly yes: readonly string[];
  /** What counts as no, in small letters. */
  readonly no: readonly string[];
  /** The answer was neither yes nor no. */
  readonly neitherYesNorNo: string;
  /** Asks whether a PIN is to be generated. Yes or no follows. */
  readonly generatePin: string;
  /** Asks for a new PIN. */
  readonly newPin: string;
  /** Asks for the same PIN a second time. */
  readonly newPinAgain: string;
  /** The second PIN was not the first one. */
  readonly pinsDiffer: string;
  /** A PIN of digits has the wrong length or other characters. */
  readonly notAPinOfDigits: string;
  /** A PIN of letters and digits has the wrong length or other characters. */
  readonly notAPinOfLettersAndDigits: string;
  /** Before a PIN that was generated. */
  readonly generatedPin: string;
  /** Asks whether it has been memorized. Yes or no follows. */
  readonly pinMemorized: string;
}

const ENGLISH: Texts = {
  tooLong: 'Please enter no more than {max} characters.\r\n',
  choice: 'Choice: ',
  notAChoice: 'Please enter a number from {min} to {max}.\r\n',
  yesOrNo: ' (y/n): ',
  yes: ['y', 'yes'],
  no: ['n', 'no'],
  neitherYesNorNo: 'Please enter y or n.\r\n',
  generatePin: 'Shall the system generate your new PIN?',
  newPin: 'New PIN: ',
  newPinAgain: 'New PIN again: ',
  pinsDiffer: 'The two are not the same.\r\n',
  notAPinOfDigits: 'A PIN has {min} to {max} digits.\r\n',
  notAPinOfLettersAndDigits: 'A PIN has {min} to {max} letters and digits.\r\n',
  generatedPin: 'Your new PIN is: ',
  pinMemorized: 'Have you memorized it?',
};

// All in ASCII, so that they are right on every terminal.
const GERMAN: Texts = {
  tooLong: 'Bitte nicht mehr als {max} Zeichen eingeben.\r\n',
  choice: 'Auswahl: ',
  notAChoice: 'Bitte eine Zahl von {min} bis {max} eingeben.\r\n',
  yesOrNo: ' (j/n): ',
  yes: ['j', 'ja'],
  no: ['n', 'nein'],
  neitherYesNorNo: 'Bitte j oder n eingeben.\r\n',
  generatePin: 'Soll das System die neue PIN erzeugen?',
  newPin: 'Neue PIN: ',
  newPinAgain: 'Neue PIN noch einmal: ',
  pinsDiffer: 'Die beiden sind nicht gleich.\r\n',
  notAPinOfDigits: 'Eine PIN hat {min} bis {max} Ziffern.\r\n',
  notAPinOfLettersAndDigits: 'Eine PIN hat {min} bis {max} Buchstaben und Ziffern.\r\n',
  generatedPin: 'Ihre neue PIN lautet: ',
  pinMemorized: 'Haben Sie sie sich gemerkt?',
};

const FRENCH: Texts = {
  tooLong: 'Veuillez ne pas entrer plus de {max} caracteres.\r\n',
  choice: 'Choix : ',
  notAChoice: 'Veuillez entrer un nombre de {min} a {max}.\r\n',
  yesOrNo: ' (o/n) : ',
  yes: ['o', 'oui'],
  no: ['n', 'non'],
  neitherYesNorNo: 'Veuillez entrer o ou n.\r\n',
  generatePin: 'Le systeme doit-il choisir votre nouveau code PIN ?',
  newPin: 'Nouveau code PIN : ',
  newPinAgain: 'Encore une fois : ',
  pinsDiffer: 'Les deux codes sont differents.\r\n',
  notAPinOfDigits: 'Un code PIN compte de {min} a {max} chiffres.\r\n',
  notAPinOfLettersAndDigits: 'Un code PIN compte de {min} a {max} lettres et chiffres.\r\n',
  generatedPin: 'Votre nouveau code PIN est : ',
  pinMemorized: "L'avez-vous retenu ?",
};

/**
 * The texts that come with rasshost, by language.
 * @category Texts
 */
export const TEXTS = {
  /** English. */
  en: ENGLISH,
  /** German, in ASCII. */
  de: GERMAN,
  /** French, in ASCII. */
  fr: FRENCH,
} as const;

/**
 * A language of {@link TEXTS}.
 * @category Texts
 */
export type Language = keyof typeof TEXTS;

/**
 * Other words for some or all of the texts.
 * @category Texts
 */
export interface TextOptions {
  /** Whose texts to use. Default `en`. */
  readonly language?: Language | undefined;
  /** Texts that replace those of the language. */
  readonly texts?: Partial<Texts> | undefined;
}

/** Of {@link TextOptions}. @internal */
export const TEXT_OPTION_KINDS: Kinds<TextOptions> = {
  language: oneOf(...(Object.keys(TEXTS) as Language[])),
  texts: anObject('an object with texts'),
};

/** An answer is made small before it is compared with them, and an empty one asks again. */
const WORDS: Kind<readonly string[]> = {
  allowed: 'a list of words in small letters, none of them empty',
  accepts: (value): value is readonly string[] =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((word) => typeof word === 'string' && word !== '' && word === word.toLowerCase()),
};

const TEXTS_KINDS = Object.fromEntries(
  Object.entries(ENGLISH).map(([name, text]) => [name, typeof text === 'string' ? TEXT : WORDS]),
) as unknown as Kinds<Partial<Texts>>;

/** The texts that somebody has chosen. */
export interface ChosenTexts {
  readonly language: Language;
  /** Those that replace the language's. */
  readonly own: Partial<Texts>;
  /** All together. */
  readonly all: Texts;
}

/**
 * The texts that options ask for. What they don't name stays as it was before.
 *
 * @param options - of {@link TEXT_OPTION_KINDS}
 * @throws {@link RasshostError} RASSHOST_E_OPTION for a text that there isn't, and for a word that is
 * both yes and no; RASSHOST_E_TEXT for texts that the code page can't show
 * @internal
 */
export function chooseTexts(
  options: TextOptions,
  codePage: CodePage,
  before?: ChosenTexts,
): ChosenTexts {
  const { language = before?.language ?? 'en', texts } = options;
  const own = { ...before?.own, ...readOptions('texts', texts, TEXTS_KINDS) };
  const all: Texts = { ...TEXTS[language], ...own };
  const both = all.yes.find((word) => all.no.includes(word));
  if (both !== undefined) {
    const problem = `${JSON.stringify(both)} is in the texts yes and no, so nobody could answer with it`;
    throw new RasshostError('RASSHOST_E_OPTION', problem);
  }
  for (const text of Object.values({ ...all }).flat()) codePage.encode(text);
  return { language, own, all };
}

/** Puts numbers into a text. @internal */
export function fillIn(text: string, numbers: Readonly<Record<string, number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(numbers[name] ?? whole));
}
