import { randomInt } from 'node:crypto';
import { RasshostError } from '../errors';
import { aFunction, oneOf, wholeNumber } from '../options/kinds';
import { readOptions } from '../options/read-options';
import { UNLEN } from '../rasman/security-message';
import type { Asking, AskSecretOptions, QuestionOptions, Validate } from './asking';
import type { CodePage } from './code-page';
import { confirm } from './confirm';
import { maskKind, QUESTION_KINDS } from './question';
import type { Secret } from './secret';
import { fillIn } from './texts';
import { Tries } from './tries';
import { problemWith } from './validated';

const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ALPHANUMERIC = DIGITS + LETTERS + LETTERS.toLowerCase();
// Without characters that look like another one: 0 and O, 1 and I and l.
const EASY_TO_READ = ALPHANUMERIC.replace(/[01OIl]/g, '');

/**
 * What a new PIN must be, and how it is asked for; `tries` has a default of 3.
 * @category Questions
 */
export interface NewPinOptions extends QuestionOptions {
  /** Characters, from 1 on. Default 4. */
  readonly minLength?: number | undefined;
  /** Characters, at most 256. Default 8. */
  readonly maxLength?: number | undefined;
  /** Default `digits`. */
  readonly alphabet?: 'digits' | 'alphanumeric' | undefined;
  /** Who makes the PIN: the caller (default), the system, or the one of them that the caller names. */
  readonly origin?: 'chosen' | 'generated' | 'either' | undefined;
  /** A rule of the policy's own, for a PIN that the caller chose. It counts as a try. */
  readonly validate?: Validate<Secret> | undefined;
  /** Shown for each character of a PIN that is typed. Default `*`. */
  readonly mask?: string | undefined;
}

/** What `newPin` needs of a dialog and a policy does not get. @internal */
export interface PinSource {
  readonly codePage: CodePage;
  /** Asks for a PIN, which may be empty. */
  ask(prompt: string, how: AskSecretOptions): Promise<Secret>;
  /** Makes a secret of ASCII characters, which is wiped with the dialog. */
  keep(bytes: Buffer): Secret;
}

interface Rules {
  readonly minLength: number;
  readonly maxLength: number;
  readonly alphabet: 'digits' | 'alphanumeric';
  readonly validate: Validate<Secret> | undefined;
  readonly how: AskSecretOptions;
}

/** See {@link Dialog.newPin}. @internal */
export async function newPin(
  dialog: Asking,
  pins: PinSource,
  options: NewPinOptions,
): Promise<Secret> {
  const given = readOptions('newPin', options, {
    ...QUESTION_KINDS,
    minLength: wholeNumber(1, UNLEN),
    maxLength: wholeNumber(1, UNLEN),
    alphabet: oneOf('digits', 'alphanumeric'),
    origin: oneOf('chosen', 'generated', 'either'),
    validate: aFunction<Validate<Secret>>(),
    mask: maskKind(pins.codePage),
  });
  const { minLength = 4, maxLength = 8, origin = 'chosen', mask = '*', timeoutSeconds } = given;
  if (minLength > maxLength) {
    const problem = `minLength of newPin is ${minLength}, more than its maxLength, ${maxLength}`;
    throw new RasshostError('RASSHOST_E_OPTION', problem);
  }
  const rules: Rules = {
    minLength,
    maxLength,
    alphabet: given.alphabet ?? 'digits',
    validate: given.validate,
    how: { mask, timeoutSeconds },
  };
  const generate =
    origin === 'generated' ||
    (origin === 'either' && (await confirm(dialog, dialog.texts.generatePin, { timeoutSeconds })));
  const tries = new Tries(given.tries ?? 3, 'PINs, and none was taken');
  for (;;) {
    const pin = generate
      ? await makePin(dialog, pins, rules)
      : await choosePin(dialog, pins, rules);
    if (pin) return pin;
    tries.fail();
  }
}

/** The PIN; undefined when it won't do, and then the caller has been told why. */
async function choosePin(
  dialog: Asking,
  pins: PinSource,
  rules: Rules,
): Promise<Secret | undefined> {
  const { texts } = dialog;
  const pin = await pins.ask(texts.newPin, rules.how);
  const problem = formProblem(pin, rules, dialog) ?? (await problemWith(pin, rules.validate));
  if (problem === undefined) {
    const again = await pins.ask(texts.newPinAgain, rules.how);
    const isSame = pin.equals(again);
    again.wipe();
    if (isSame) return pin;
  }
  pin.wipe();
  dialog.print(problem ?? texts.pinsDiffer);
  return undefined;
}

/** A generated PIN has the greatest length that is allowed: nobody has to type it twice. */
async function makePin(
  dialog: Asking,
  pins: PinSource,
  { alphabet, maxLength, how: { timeoutSeconds } }: Rules,
): Promise<Secret | undefined> {
  const characters = alphabet === 'digits' ? DIGITS : EASY_TO_READ;
  const bytes = Buffer.alloc(maxLength);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = characters.charCodeAt(randomInt(characters.length));
  }
  const pin = pins.keep(bytes);
  dialog.print(dialog.texts.generatedPin);
  dialog.printSecret(pin);
  dialog.print('\r\n');
  const isTaken = await confirm(dialog, dialog.texts.pinMemorized, { timeoutSeconds });
  return isTaken ? pin : undefined;
}

/** What is to be said of a PIN that has the wrong length, or other characters. */
function formProblem(
  pin: Secret,
  { minLength, maxLength, alphabet }: Rules,
  { texts }: Asking,
): string | undefined {
  const [characters, text] =
    alphabet === 'digits'
      ? [DIGITS, texts.notAPinOfDigits]
      : [ALPHANUMERIC, texts.notAPinOfLettersAndDigits];
  const hasForm = pin.length >= minLength && pin.length <= maxLength && pin.isMadeOf(characters);
  return hasForm ? undefined : fillIn(text, { min: minLength, max: maxLength });
}
