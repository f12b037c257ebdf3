import { inWine, type WineOptions } from './in-wine';
import type { Io } from './io';
import { registerHere, unregisterHere } from './registration';
import { settingsArguments, type SettingsOptions } from './settings-options';

/** `rasshost register POLICY`. Returns the exit code. */
export async function register(
  policy: string,
  options: SettingsOptions & WineOptions,
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
export async function unregister(options: WineOptions, io: Io): Promise<number> {
  if (process.platform !== 'win32') return inWine(options, io, () => ['unregister']);
  unregisterHere();
  io.stdout.write('unregistered\nIt takes effect when the RemoteAccess service restarts.\n');
  return 0;
}
