import { promisify } from 'node:util';
import koffi, { type KoffiFunc } from 'koffi';
import { describe } from '../dialog/describe';
import { registryText } from '../windows/registry';
import { SETTINGS_KEY } from '../windows/settings';
import { loadPolicy } from '../loading/load-policy';
import { log, surviveForgottenPromises } from './log';
import { serveInProcess } from './in-process';

/**
 * node.exe as the RAS server's process: `node in-process-emulator.js POLICY RASMAN_DLL
 * [emulator options]`. The emulator, rasshost.dll and the policy share it, and koffi binds the
 * emulator's Rasman.dll. Exits with the emulator's code. Standard input and output are the
 * emulator's, never JavaScript's.
 */
async function main([policyFile = '', rasmanDll = '', ...options]: string[]): Promise<number> {
  const policy = await loadPolicy(policyFile);
  // By its full path first: from then on the name Rasman.dll means this one.
  const emulator = koffi.load(rasmanDll);
  const run: KoffiFunc<(argc: number, argv: string[]) => number> = emulator.func(
    'int __stdcall RasServerRun(int argc, const char16_t **argv)',
  );
  const tapeDirectory = registryText(SETTINGS_KEY, 'TapeDirectory');
  const server = serveInProcess(policy, {
    rasman: rasmanDll,
    ...(tapeDirectory && { tapeDirectory }),
  });
  const argv = ['ras-server', ...options];
  try {
    // On a thread of its own: the emulator returns when it has stopped.
    return await promisify(run.async)(argv.length, argv);
  } finally {
    server.close();
  }
}

surviveForgottenPromises();
main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (cause: unknown) => {
    log(describe(cause));
    process.exit(1);
  },
);
