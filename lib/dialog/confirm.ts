import type { Asking } from './asking';
import { TooManyTries } from './errors';

const TRIES = 3;

/** See {@link Dialog.confirm}. @internal */
export async function confirm(dialog: Asking, question: string): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { texts } = dialog;
    const answer = (await dialog.ask(question + texts.yesOrNo, { maxLength: 8 })).toLowerCase();
    if (texts.yes.includes(answer)) return true;
    if (texts.no.includes(answer)) return false;
    dialog.print(texts.neitherYesNorNo);
  }
  throw new TooManyTries(`${TRIES} answers that are neither yes nor no`);
}
