import { EXIT_CODES } from './exit-codes';
import { inWine, type WineOptions } from './in-wine';
import type { Io } from './io';
import { requestReload } from './registration';

/** `rasshost reload`. Returns the exit code. */
export async function reload(options: WineOptions, io: Io, stop: AbortSignal): Promise<number> {
  if (process.platform !== 'win32') return inWine(options, io, stop, () => ['reload']);
  requestReload();
  io.stdout.write('requested\nThe log of the security DLL says what has come of it.\n');
  return EXIT_CODES.yes;
}
