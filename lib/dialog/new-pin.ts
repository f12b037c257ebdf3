import { randomInt } from 'node:crypto';
import { RasshostError } from '../errors';
import { confirm } from './confirm';
import type { Asking, QuestionOptions } from './asking';
import { TooManyTries } from './errors';
import type { Secret } from './secret';
import { fillIn } from './texts';

const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ALPHANUMERIC = DIGITS + LETTERS + LETTERS.toLowerCase();
// Without those that are easily taken for another: 0 and O, 1 and I and l.
const EASY_TO_READ = ALPHANUMERIC.replace(/[01OIl]/g, '');

/** What a new PIN must be, and how it is asked for; `tries` has a default of 3. */
export interface NewPinOptions extends QuestionOptions {
  /** Characters, from 1 on. Default 4. */
  readonly minLength?: number;
  /** Characters. Default 8. */
  readonly maxLength?: number;
  /** Default `digits`. */
  readonly alphabet?: 'digits' | 'alphanumeric';
  /** Who makes it: the caller (default), the system, or whom the caller wants. */
  readonly origin?: 'chosen' | 'generated' | 'either';
  /** A rule of the policy's own: false refuses a PIN that the caller chose. */
  readonly accept?: (pin: Secret) => boolean | Promise<boolean>;
  /** Shown for each character of a PIN that is typed. Default `*`. */
  readonly mask?: string;
}

type Rules = Required<NewPinOptions>;

/** What a dialog gives for new PINs, and nobody else gets. @internal */
export interface PinSource {
  /** Asks for a PIN, which may be empty. */
  ask(
    prompt: string,
    how: { readonly mask: string; readonly timeoutSeconds: number },
  ): Promise<Secret>;
  /** Makes a secret of bytes, which is wiped with the dialog. */
  keep(bytes: Buffer): Secret;
}

/** See {@link Dialog.newPin}. @internal */
export async function newPin(
  dialog: Asking,
  pins: PinSource,
  options: NewPinOptions,
): Promise<Secret> {
  const rules: Rules = {
    minLength: 4,
    maxLength: 8,
    alphabet: 'digits',
    origin: 'chosen',
    accept: () => true,
    tries: 3,
    mask: '*',
    timeoutSeconds: 60,
    ...options,
  };
  const { minLength, maxLength, origin } = rules;
  if (!(minLength >= 1 && minLength <= maxLength)) {
    const problem = `a PIN of at least ${minLength} and at most ${maxLength} characters`;
    throw new RasshostError('RASSHOST_E_OPTION', problem);
  }
  const generate =
    origin === 'generated' ||
    (origin === 'either' &&
      (await confirm(dialog, dialog.texts.generatePin, { timeoutSeconds: rules.timeoutSeconds })));
  for (let tries = 0; tries < rules.tries; tries++) {
    const pin = generate
      ? await makePin(dialog, pins, rules)
      : await choosePin(dialog, pins, rules);
    if (pin) return pin;
  }
  throw new TooManyTries(`${rules.tries} PINs, and none was taken`);
}

/** The PIN, or undefined when it doesn't do and the caller has been told why. */
async function choosePin(
  dialog: Asking,
  pins: PinSource,
  rules: Rules,
): Promise<Secret | undefined> {
  const { texts } = dialog;
  const pin = await pins.ask(texts.newPin, rules);
  if (!hasForm(pin, rules)) {
    const { minLength: min, maxLength: max } = rules;
    const text =
      rules.alphabet === 'digits' ? texts.notAPinOfDigits : texts.notAPinOfLettersAndDigits;
    dialog.print(fillIn(text, { min, max }));
    return undefined;
  }
  if (!(await rules.accept(pin))) {
    dialog.print(texts.pinRefused);
    return undefined;
  }
  const again = await pins.ask(texts.newPinAgain, rules);
  if (pin.equals(again)) return pin;
  dialog.print(texts.pinsDiffer);
  return undefined;
}

/** As long as may be: nobody has to type it twice. */
async function makePin(dialog: Asking, pins: PinSource, rules: Rules): Promise<Secret | undefined> {
  const characters = rules.alphabet === 'digits' ? DIGITS : EASY_TO_READ;
  const bytes = Buffer.alloc(rules.maxLength);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = characters.charCodeAt(randomInt(characters.length));
  }
  const pin = pins.keep(bytes);
  dialog.print(dialog.texts.generatedPin);
  dialog.printSecret(bytes);
  dialog.print('\r\n');
  return (await confirm(dialog, dialog.texts.pinMemorized, {
    timeoutSeconds: rules.timeoutSeconds,
  }))
    ? pin
    : undefined;
}

function hasForm(pin: Secret, { minLength, maxLength, alphabet }: Rules): boolean {
  const characters = alphabet === 'digits' ? DIGITS : ALPHANUMERIC;
  return pin.length >= minLength && pin.length <= maxLength && pin.isMadeOf(characters);
}
