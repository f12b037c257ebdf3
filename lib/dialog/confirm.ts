import { readOptions } from '../options/read-options';
import type { Asking, QuestionOptions } from './asking';
import { QUESTION_KINDS } from './question';
import { Tries } from './tries';

/** See {@link Dialog.confirm}. @internal */
export async function confirm(
  dialog: Asking,
  question: string,
  options: QuestionOptions,
): Promise<boolean> {
  const { tries: most = 3, ...how } = readOptions('confirm', options, QUESTION_KINDS);
  const tries = new Tries(most, 'answers that are neither yes nor no');
  for (;;) {
    const { texts } = dialog;
    const line = await dialog.ask(question + texts.yesOrNo, how);
    const answer = line.toLowerCase();
    if (texts.yes.includes(answer)) return true;
    if (texts.no.includes(answer)) return false;
    dialog.print(texts.neitherYesNorNo);
    tries.fail();
  }
}
