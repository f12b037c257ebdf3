import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RasshostError } from '../errors';
import { openWindowsHost } from '../windows/open-windows-host';
import type { WindowsHost } from '../windows/windows-host';
import type { Io } from './io';
import { inLocalTerms } from './local-terms';
import { Voice } from './voice/voice';

/** Options of the commands that change a registry. */
export interface WineOptions {
  /** Where there is no Windows: the Wine prefix whose registry is meant. */
  readonly winePrefix?: string;
}

/**
 * Whose registry is meant, by a command that changes one: that of a Wine prefix, or undefined on
 * Windows, where there is one only.
 *
 * @throws {@link RasshostError} RASSHOST_E_OPTION when no prefix is named, and as
 * {@link checkWinePrefix}
 */
export function winePrefixOf({ winePrefix }: WineOptions, mayMake: boolean): string | undefined {
  checkWinePrefix(winePrefix, mayMake);
  if (winePrefix !== undefined || process.platform === 'win32') return winePrefix;
  throw new RasshostError('RASSHOST_E_OPTION', 'not on Windows: name a --wine-prefix DIR');
}

/**
 * @param mayMake - whether the command makes a prefix that does not exist
 * @throws {@link RasshostError} RASSHOST_E_OPTION on Windows, and where there is no such prefix
 */
export function checkWinePrefix(winePrefix: string | undefined, mayMake: boolean): void {
  if (winePrefix === undefined) return;
  const refuse = (why: string): never => {
    throw new RasshostError('RASSHOST_E_OPTION', `--wine-prefix: ${why}`);
  };
  if (process.platform === 'win32') refuse("this is Windows, whose registry is the machine's own");
  if (!mayMake && !existsSync(join(winePrefix, 'dosdevices'))) {
    refuse(`there is no Wine prefix ${winePrefix}`);
  }
}

/** Runs a command with the Windows build of Node.js, on the registry of a Wine prefix. */
export async function inWine(
  winePrefix: string,
  io: Io,
  stop: AbortSignal,
  args: (host: WindowsHost) => string[],
): Promise<number> {
  const voice = new Voice(io);
  let host: WindowsHost | undefined;
  try {
    voice.progress('starting Wine');
    host = await openWindowsHost({
      winePrefix,
      progress: (step) => voice.progress(step),
      stop,
    });
    const [command = '', ...rest] = args(host);
    voice.progress(`running rasshost ${command} in Wine`);
    const main = host.toWindows(join(host.packageDirectory, 'dist', 'cli', 'main.js'));
    const { code, stdout, stderr } = await host.run(host.node, [main, command, ...rest], {
      stop,
    });
    if (stop.aborted) throw new RasshostError('RASSHOST_E_STOPPED', 'stopped in Wine');
    voice.endProgress();
    io.stdout.write(inLocalTerms(stdout));
    io.stderr.write(inLocalTerms(stderr));
    return code;
  } finally {
    voice.close();
    await host?.close();
  }
}
