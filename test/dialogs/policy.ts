import { definePolicy } from 'rasshost';
import { CASES } from './cases';

/** Holds the dialog that the caller names first. */
export default definePolicy(async (dialog) => {
  let id = '';
  for (let key = ''; key !== '\r';) {
    id += key;
    key = Buffer.from(await dialog.receive({ length: 1, timeoutSeconds: 60 })).toString();
  }
  const chosen = CASES.find((candidate) => candidate.id === id);
  if (!chosen) throw new Error(`there is no dialog ${id}`);
  return chosen.decide(dialog);
});
