import { registryText } from '../windows/registry';
import { SETTINGS_KEY } from '../windows/settings';
import { EXIT_CODES } from './exit-codes';
import { inWine, winePrefixOf, type WineOptions } from './in-wine';
import type { Io } from './io';
import { requestReload } from './registration';

/** `rasshost reload`. Returns the exit code: 1 when no RAS server runs that could load anything. */
export async function reload(options: WineOptions, io: Io, stop: AbortSignal): Promise<number> {
  const winePrefix = winePrefixOf(options, false);
  if (winePrefix !== undefined) return inWine(winePrefix, io, stop, () => ['reload']);
  if (!requestReload()) {
    io.stdout.write('no RAS server has loaded rasshost.dll: one that starts loads the policy\n');
    return EXIT_CODES.no;
  }
  const log = registryText(SETTINGS_KEY, 'LogPath');
  const places = `the event log${log ? ` and ${log}` : ''}`;
  io.stdout.write(`requested\nEvent 1004 or 1005 in ${places} says what has come of it.\n`);
  return EXIT_CODES.yes;
}
