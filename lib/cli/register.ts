import { join } from 'node:path';
import { RasshostError } from '../errors';
import { openWindowsHost } from '../windows/open-windows-host';
import type { WindowsHost } from '../windows/windows-host';
import type { Io } from './io';
import { registerHere, unregisterHere } from './registration';
import { settingsArguments, type SettingsOptions } from './settings-options';

/** Options of both register and unregister. */
export interface RegisterOptions {
  /** Where there is no Windows: the Wine prefix whose registry is meant. */
  readonly winePrefix?: string;
}

/** `rasshost register POLICY`. Returns the exit code. */
export async function register(
  policy: string,
  options: SettingsOptions & RegisterOptions,
  io: Io,
): Promise<number> {
  if (process.platform !== 'win32') {
    return inWine(options, io, (host) => [
      'register',
      host.toWindows(policy),
      ...settingsArguments(options, host.toWindows),
    ]);
  }
  const dll = await registerHere(policy, options);
  io.stdout.write(`registered ${dll}\nIt takes effect when the RemoteAccess service restarts.\n`);
  return 0;
}

/** `rasshost unregister`. Returns the exit code. */
export async function unregister(options: RegisterOptions, io: Io): Promise<number> {
  if (process.platform !== 'win32') return inWine(options, io, () => ['unregister']);
  unregisterHere();
  io.stdout.write('unregistered\nIt takes effect when the RemoteAccess service restarts.\n');
  return 0;
}

/** Runs the same command with the Windows build of Node.js, on the registry of a Wine prefix. */
async function inWine(
  { winePrefix }: RegisterOptions,
  io: Io,
  args: (host: WindowsHost) => string[],
): Promise<number> {
  if (winePrefix === undefined) {
    throw new RasshostError('RASSHOST_E_OPTION', 'not on Windows: name a --wine-prefix DIR');
  }
  const host = await openWindowsHost({
    winePrefix,
    progress: (line) => io.stderr.write(`${line}\n`),
  });
  try {
    const main = host.toWindows(join(host.packageDirectory, 'dist', 'cli', 'main.js'));
    const { code, stdout, stderr } = await host.run(host.node, [main, ...args(host)]);
    io.stdout.write(stdout);
    io.stderr.write(stderr);
    return code;
  } finally {
    await host.close();
  }
}
