import type { Asking, QuestionOptions } from './asking';
import { TooManyTries } from './errors';

/** See {@link Dialog.confirm}. @internal */
export async function confirm(
  dialog: Asking,
  question: string,
  { tries = 3, ...options }: QuestionOptions,
): Promise<boolean> {
  for (let tried = 0; tried < tries; tried++) {
    const { texts } = dialog;
    // One more, so that a longer word is not cut to one that counts.
    const maxLength = Math.max(...[...texts.yes, ...texts.no].map((word) => word.length)) + 1;
    const line = await dialog.ask(question + texts.yesOrNo, { ...options, maxLength });
    const answer = line.toLowerCase();
    if (texts.yes.includes(answer)) return true;
    if (texts.no.includes(answer)) return false;
    dialog.print(texts.neitherYesNorNo);
  }
  throw new TooManyTries(`${tries} answers that are neither yes nor no`);
}
