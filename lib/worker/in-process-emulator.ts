import koffi from 'koffi';
import { describe, log } from './log';
import { loadPolicy } from './load-policy';
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
  const run = emulator.func('int __stdcall RasServerRun(int argc, const char16_t **argv)');
  const server = serveInProcess(policy, { rasman: rasmanDll });
  const argv = ['ras-server', ...options];
  try {
    return await new Promise<number>((resolve, reject) => {
      // On a thread of its own: the emulator returns when it has stopped.
      run.async(argv.length, argv, (error: unknown, code: number) =>
        error ? reject(error) : resolve(code),
      );
    });
  } finally {
    server.close();
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (cause: unknown) => {
    log(describe(cause));
    process.exit(1);
  },
);
