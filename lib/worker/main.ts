import { KoffiRasman } from '../rasman/koffi-rasman';
import { loadAddon } from '../rasman/native-addon';
import { channelHandlers } from '../rasman/security-dll';
import type { Policy } from '../policy/policy';
import { checkPolicy } from '../policy/check-policy';
import { dialogRunner } from './dialog-runner';
import { HostWatch } from './host-watch';
import { loadPolicy } from '../loading/load-policy';
import { log, logReport, surviveForgottenPromises } from './log';
import { makeReady } from './make-ready';
import { rehearse } from './rehearse';

/**
 * The worker that rasshost.dll starts: `node main.js SECTION,TO_WORKER,TO_HOST POLICY
 * [TAPE_DIRECTORY]`, where the first argument holds the inherited handles of the channel.
 */
async function main([channel = '', policyFile = '', tapeDirectory]: string[]): Promise<void> {
  const handles = channel.split(',').map((handle) => BigInt(handle));
  const [section = 0n, toWorker = 0n, toHost = 0n] = handles;
  const { addon, file } = loadAddon();
  // The addon's own exports stand for Rasman.dll: same prototypes, carried out in the RAS process.
  const rasman = new KoffiRasman(file);

  const hostIsGone = (reason: string) => {
    log(`the security DLL is gone: ${reason}`);
    process.exit(1);
  };
  const watch = new HostWatch(() => hostIsGone('it is silent'));

  const run = dialogRunner(tapeDirectory);
  const dialogs = new Set<Promise<void>>();
  let policy: Policy | undefined;
  addon.open(
    section,
    toWorker,
    toHost,
    channelHandlers(addon, rasman, {
      attached() {},
      begin(transaction) {
        // It comes after ready() only.
        if (!policy) return;
        const dialog = run(transaction, policy, logReport);
        dialogs.add(dialog);
        void dialog.then(() => dialogs.delete(dialog));
      },
      pinged: (intervalMs) => watch.pinged(intervalMs),
      // The transactions are over, but JavaScript may still have work of theirs: tapes, clean-ups.
      leave: () => void Promise.all(dialogs).then(() => process.exit(0)),
      closed: hostIsGone,
    }),
  );
  await makeReady(addon, async () => {
    const loaded = await loadPolicy(policyFile);
    await checkPolicy(loaded);
    await rehearse(rasman);
    policy = loaded;
  });
}

surviveForgottenPromises();
void main(process.argv.slice(2));
