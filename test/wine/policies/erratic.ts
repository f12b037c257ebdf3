import { setTimeout as delay } from 'node:timers/promises';
import { definePolicy, deny, grant, type Dialog, type Verdict } from 'rasshost';

const identity = { userName: 'alice', domain: 'CONTOSO' };

const DEEDS: ((dialog: Dialog) => Promise<Verdict>)[] = [
  async () => grant(identity),
  async () => deny(identity),
  async () => {
    throw new Error('the token server is on fire');
  },
  async () => ({ outcome: 'success', ...identity }) as unknown as Verdict,
  async (dialog) => {
    dialog.holdTermination(async () => {});
    return grant(identity);
  },
  async (dialog) => {
    await delay(5);
    dialog.print('Welcome.\r\n');
    return grant(identity);
  },
];

/**
 * Does what the caller's number says. `collect` collects garbage, tells how many bytes JavaScript
 * still has in use, and is denied.
 */
export default definePolicy(async (dialog) => {
  const number = await dialog.ask('Number: ');
  if (number === 'collect') {
    // With --expose-gc. The first leaves what only finalizers let go of.
    for (let i = 0; i < 3; i++) {
      globalThis.gc?.();
      await delay(20);
    }
    const { heapUsed, external } = process.memoryUsage();
    dialog.print(`In use: ${heapUsed + external}.\r\n`);
    return deny(identity);
  }
  await dialog.askSecret('Passcode: ');
  const deed = DEEDS[Number(number) % DEEDS.length];
  if (!deed) throw new Error(`no deed has the number ${number}`);
  return deed(dialog);
});
