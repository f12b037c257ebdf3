import { tryLoad } from '../loading/try-load';
import { EXIT_CODES } from './exit-codes';
import { inWine, type WineOptions } from './in-wine';
import type { Io } from './io';
import { registerHere, unregisterHere, type RegistrationOptions } from './registration';
import { settingsArguments } from './settings-options';

/** `rasshost register POLICY`. Returns the exit code. */
export async function register(
  policy: string,
  options: RegistrationOptions & WineOptions,
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  if (process.platform !== 'win32') {
    // Here first, where it can be ended: a program of Wine that is killed while it starts another one
    // leaves that behind, half made.
    await tryLoad(policy, { loadSeconds: options.loadSeconds, stop });
    // Whatever runs in a prefix is this user's: Wine knows no other accounts.
    const settings = { workerToken: 'same' as const, ...options };
    return inWine(options, io, stop, (host) => [
      'register',
      host.toWindows(policy),
      ...settingsArguments(settings, host.toWindows),
      ...(options.loadSeconds === undefined ? [] : ['--load-seconds', String(options.loadSeconds)]),
      ...(options.trustWriter ?? []).flatMap((sid) => ['--trust-writer', sid]),
    ]);
  }
  const dll = await registerHere(policy, options, stop);
  io.stdout.write(`registered ${dll}\nIt takes effect when the RemoteAccess service restarts.\n`);
  return EXIT_CODES.yes;
}

/** `rasshost unregister`. Returns the exit code. */
export async function unregister(options: WineOptions, io: Io, stop: AbortSignal): Promise<number> {
  if (process.platform !== 'win32') return inWine(options, io, stop, () => ['unregister']);
  unregisterHere();
  io.stdout.write('unregistered\nIt takes effect when the RemoteAccess service restarts.\n');
  return EXIT_CODES.yes;
}
