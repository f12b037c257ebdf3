import { packageFiles } from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import type { OurDllOptions } from './our-dll';
import { binary } from './ras-server';

/**
 * Options of a server between whose rasshost.dll and the system there is a spy. What it is told by
 * its environment, and what it writes to `file`, a local path, are in system_spy.cc.
 */
export function withSpy(
  host: WindowsHost,
  { args = [], env = {}, ...options }: OurDllOptions,
  file?: string,
): OurDllOptions {
  return {
    ...options,
    args: [...args, '--dll', binary(host, 'system_spy.dll')],
    env: {
      SPY_DLL: host.toWindows(packageFiles(host.packageDirectory).dll),
      SPY_FILE: file === undefined ? 'NUL' : host.toWindows(file),
      ...env,
    },
  };
}
