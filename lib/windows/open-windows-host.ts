import { openNativeHost } from './native-host';
import type { WindowsHost, WindowsHostOptions } from './windows-host';
import { openWineHost } from './wine';

/**
 * Opens the place where Windows programs run.
 *
 * @throws RasshostError RASSHOST_E_WINE when Wine is missing or does not work,
 *   RASSHOST_E_NATIVE_NOT_FOUND when our own Windows binaries have not been built
 */
export function openWindowsHost(options: WindowsHostOptions = {}): Promise<WindowsHost> {
  return process.platform === 'win32' ? openNativeHost() : openWineHost(options);
}
