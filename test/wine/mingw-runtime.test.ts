// What is in the place of mingw's own runtime in rasshost.dll (native/security_dll/mingw_threads.cc),
// in a DLL by itself.
import type { WindowsHost } from '../../lib/windows/windows-host';
import { localBinary, openMachine } from '../support/ras-server';
import { soakSize } from '../support/soak-size';

const THREADS = 8;
const ROUNDS = soakSize({ inTest: 20, inSoak: 1_000 });

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

test('threads that throw in rasshost.dll at the same time catch their own exceptions, those from before it was loaded as well, and a static is made once', async () => {
  const dll = host.toWindows(localBinary('throwing.dll'));
  const args = [dll, `${THREADS}`, `${ROUNDS}`];
  const { code, stdout } = await host.run(localBinary('throw_in_threads.exe'), args);
  expect({ code, wrong: stdout.trim() }).toEqual({ code: 0, wrong: '0' });
});
