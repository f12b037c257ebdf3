import { tryLoad } from '../loading/try-load';
import { EXIT_CODES } from './exit-codes';
import { inWine, winePrefixOf, type WineOptions } from './in-wine';
import type { Io } from './io';
import { registerHere, unregisterHere, type RegistrationOptions } from './registration';
import { settingsArguments } from './settings-options';
import { Voice } from './voice/voice';

/** `rasshost register POLICY`. Returns the exit code. */
export async function register(
  policy: string,
  options: RegistrationOptions & WineOptions,
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  const winePrefix = winePrefixOf(options, true);
  if (winePrefix !== undefined) return registerInWine(policy, winePrefix, options, io, stop);
  const dll = await registerHere(policy, options, stop);
  io.stdout.write(`registered ${dll}\nIt takes effect when the RemoteAccess service restarts.\n`);
  return EXIT_CODES.yes;
}

/** `rasshost unregister`. Returns the exit code. */
export async function unregister(options: WineOptions, io: Io, stop: AbortSignal): Promise<number> {
  const winePrefix = winePrefixOf(options, false);
  if (winePrefix !== undefined) return inWine(winePrefix, io, stop, () => ['unregister']);
  unregisterHere();
  io.stdout.write('unregistered\nIt takes effect when the RemoteAccess service restarts.\n');
  return EXIT_CODES.yes;
}

async function registerInWine(
  policy: string,
  winePrefix: string,
  options: RegistrationOptions,
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  // A mistake in it is told before Wine starts, with the paths of this system.
  await loadBeforehand(policy, options, io, stop);
  // Whatever runs in a prefix is this user's: Wine knows no other accounts.
  const settings = { workerToken: 'same' as const, ...options };
  return inWine(winePrefix, io, stop, (host) => [
    'register',
    host.toWindows(policy),
    ...settingsArguments(settings, host.toWindows),
    ...(options.loadSeconds === undefined ? [] : ['--load-seconds', String(options.loadSeconds)]),
    ...(options.trustWriter ?? []).flatMap((sid) => ['--trust-writer', sid]),
  ]);
}

async function loadBeforehand(
  policy: string,
  { loadSeconds }: RegistrationOptions,
  io: Io,
  stop: AbortSignal,
): Promise<void> {
  const voice = new Voice(io);
  try {
    voice.progress(`loading ${policy}`);
    await tryLoad(policy, { loadSeconds, stop });
  } finally {
    voice.close();
  }
}
