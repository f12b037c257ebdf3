import { RasshostError } from '../errors';
import { readOptions } from '../options/read-options';
import type { Asking, QuestionOptions } from './asking';
import { QUESTION_KINDS } from './question';
import { fillIn } from './texts';
import { Tries } from './tries';

/**
 * An entry of a menu.
 * @category Questions
 */
export interface Choice<T> {
  /** What the caller reads. */
  readonly text: string;
  /** What the policy gets when it is chosen. */
  readonly value: T;
}

/** See {@link Dialog.choose}. @internal */
export async function choose<T>(
  dialog: Asking,
  title: string,
  choices: readonly Choice<T>[],
  options: QuestionOptions,
): Promise<T> {
  const { tries: most = 3, ...how } = readOptions('choose', options, QUESTION_KINDS);
  if (choices.length === 0)
    throw new RasshostError(
      'RASSHOST_E_OPTION',
      'choose was given no choices; it needs one or more',
    );
  const width = String(choices.length).length;
  dialog.print(`${title}\r\n`);
  for (const [at, { text }] of choices.entries()) {
    dialog.print(`${String(at + 1).padStart(width)}  ${text}\r\n`);
  }
  const tries = new Tries(most, 'answers that are not in the menu');
  for (;;) {
    const answer = await dialog.ask(dialog.texts.choice, how);
    const chosen = /^\d+$/.test(answer) ? choices[Number(answer) - 1] : undefined;
    if (chosen) return chosen.value;
    dialog.print(fillIn(dialog.texts.notAChoice, { min: 1, max: choices.length }));
    tries.fail();
  }
}
