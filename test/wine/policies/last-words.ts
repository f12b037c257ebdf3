import { writeSync } from 'node:fs';
import { definePolicy } from 'rasshost';

/** Leaves in the middle of a line. */
export default definePolicy(async (dialog) => {
  await dialog.ask('Go: ');
  writeSync(1, 'a whole line\nand half of o');
  process.exit(0);
});
