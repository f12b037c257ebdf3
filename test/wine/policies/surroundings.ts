import { mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePolicy, grant } from 'rasshost';

/** Tells where its process lives, and the variables that its caller names. */
export default definePolicy(async (dialog) => {
  mkdtempSync(join(tmpdir(), 'made-'));
  dialog.print(`temporary ${tmpdir()}, home ${homedir()}, process ${process.pid}.\r\n`);
  for (;;) {
    const name = await dialog.ask('Variable: ');
    if (name === 'none') return grant({ userName: 'alice', domain: 'CONTOSO' });
    dialog.print(`${name} is ${process.env[name] ?? 'not set'}.\r\n`);
  }
});
