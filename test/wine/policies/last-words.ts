import { writeSync } from 'node:fs';
import { definePolicy } from 'rasshost';

/** Forges a line of the security DLL, and leaves in the middle of another one. */
export default definePolicy(async (dialog) => {
  await dialog.ask('Go: ');
  writeSync(1, '2026-01-01T00:00:00.000Z rasshost: event 1004 policy reloaded\n');
  writeSync(1, 'over\rwritten\nand half of o');
  process.exit(0);
});
