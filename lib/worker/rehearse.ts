import { definePolicy } from '../policy/policy';
import { deny } from '../policy/verdict';
import type { KoffiRasman } from '../rasman/koffi-rasman';
import { SimulatedRasServer } from '../simulated/ras-server';
import { runDialog } from '../policy/run-dialog';

/** The handle of no port: the forwarded functions refuse it (SD-26). */
const NO_PORT = 0n;

const NOBODY = { userName: 'nobody', domain: '' };

const POLICY = definePolicy(async (dialog) => {
  await dialog.ask('User name: ');
  await dialog.askSecret('Passcode: ');
  return deny(NOBODY);
});

/**
 * Holds a dialog with a caller who isn't there, and calls each function that koffi has bound: what
 * runs for the first time is loaded and compiled, which takes milliseconds, and the first genuine
 * caller of a worker that has stood by should not wait for that. The user's policy is left out: it
 * may count its callers, or write to a database.
 *
 * @param rasman - a worker's, whose functions are the addon's
 */
export async function rehearse(rasman: KoffiRasman): Promise<void> {
  let over: Promise<void> | undefined;
  const caller = new SimulatedRasServer().call((transaction) => {
    over = runDialog(transaction, POLICY, () => undefined);
  });
  // The last key is the one that the verdict would otherwise wait a second for.
  caller.types(`${NOBODY.userName}\r0\r\r`);
  await over;

  const buffer = new Uint8Array(1);
  rasman.send(NO_PORT, buffer, buffer.length);
  rasman.receive(NO_PORT, buffer, new Uint16Array([buffer.length]), 0, 0n);
  rasman.getInfo(NO_PORT);
}
