import { setTimeout as delay } from 'node:timers/promises';
import { definePolicy, grant, type Dialog } from 'rasshost';

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

/** Lets everybody in, at whichever moment of a dialog, for a service that stops meanwhile. */
export default definePolicy(async (dialog) => {
  await moments[Number(dialog.transaction.id % BigInt(moments.length))]?.(dialog);
  return grant({ userName: 'alice', domain: 'CONTOSO' });
});
