import { appendFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { definePolicy, grant, type Dialog } from 'rasshost';
import { STOPPED, STOPPING, VERDICTS } from '../../support/overtaken-files';

/** Milliseconds that a dialog stays where it is: long enough that a stop finds some everywhere. */
const stays = (dialog: Dialog) => delay(Number((dialog.transaction.id * 37n) % 400n));

/** Where a dialog is when its verdict comes. */
const moments: readonly ((dialog: Dialog) => Promise<void>)[] = [
  async () => {},
  stays,
  async (dialog) => {
    await dialog.send(Buffer.from('?'));
    await stays(dialog);
    await dialog.receive({ length: 1, timeoutSeconds: 0 });
  },
  async (dialog) => {
    dialog.transaction.receive(1, 0);
    await stays(dialog);
  },
  async (dialog) => {
    await dialog.receive({ length: 1, timeoutSeconds: 0 });
    await stays(dialog);
  },
  async (dialog) => {
    dialog.holdTermination(() => stays(dialog));
  },
];

const shared = (name: string) => path.join(process.env['OVERTAKEN'] ?? '', name);

/**
 * Lets everybody in, at whichever moment of a dialog, under a name that tells what the service was
 * already known to do when the verdict was given.
 */
export default definePolicy(async (dialog) => {
  await moments[Number(dialog.transaction.id % BigInt(moments.length))]?.(dialog);
  const userName = [STOPPED, STOPPING].find((state) => existsSync(shared(state))) ?? 'in-time';
  appendFileSync(shared(VERDICTS), `${userName}\n`);
  return grant({ userName, domain: 'CONTOSO' });
});
