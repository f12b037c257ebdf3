import { setImmediate as turn } from 'node:timers/promises';
import { RasshostError } from '../errors';
import { openNativeHost } from './native-host';
import type { WindowsHost, WindowsHostOptions } from './windows-host';
import { openWineHost } from './wine';

/**
 * Opens the place where Windows programs run.
 *
 * @throws RasshostError RASSHOST_E_WINE when Wine is missing or does not work,
 *   RASSHOST_E_NATIVE_NOT_FOUND when our own Windows binaries have not been built,
 *   RASSHOST_E_STOPPED, whatever has failed, when `stop` is aborted
 */
export async function openWindowsHost(options: WindowsHostOptions = {}): Promise<WindowsHost> {
  try {
    return await (process.platform === 'win32' ? openNativeHost() : openWineHost(options));
  } catch (cause) {
    // A signal that has ended a program may be for us as well: that is heard of a turn later.
    await turn();
    if (options.stop?.aborted !== true) throw cause;
    throw new RasshostError('RASSHOST_E_STOPPED', 'stopped while Wine was starting', { cause });
  }
}
