import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { definePolicy, grant } from 'rasshost';

function outcome(reach: () => unknown): string {
  try {
    return String(reach());
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** Tells what it can do with a file that the caller names, and with other programs. */
export default definePolicy(async (dialog) => {
  const file = await dialog.ask('File: ');
  const read = outcome(() => existsSync(file));
  const write = outcome(() => writeFileSync(file, 'x'));
  const start = outcome(() => spawnSync(process.execPath, ['--version']).status);
  dialog.print(`read ${read}, write ${write}, start ${start}.\r\n`);
  return grant({ userName: 'alice', domain: 'CONTOSO' });
});
