import { existsSync } from 'node:fs';
import { RasshostError } from '../errors';

/** What ras-server.exe is given, and what rasshost itself. */
export interface EmulateArguments {
  readonly policy?: string;
  readonly emulatorOptions: readonly string[];
}

/**
 * Splits what `rasshost emulate` does not know as options of its own: POLICY comes first, whatever
 * follows is the emulator's.
 *
 * @throws {@link RasshostError} RASSHOST_E_OPTION for a policy that comes after an option, which
 * could be that option's argument
 */
export function splitArguments(given: readonly string[]): EmulateArguments {
  const [first, ...rest] = given;
  if (first === undefined) return { emulatorOptions: [] };
  if (!first.startsWith('-')) return { policy: first, emulatorOptions: rest };
  const policy = rest.find((argument) => /\.[cm]?[jt]s$/.test(argument) && existsSync(argument));
  if (policy === undefined) return { emulatorOptions: given };
  const options = given.filter((argument) => argument !== policy).join(' ');
  throw new RasshostError(
    'RASSHOST_E_OPTION',
    `${policy} comes after ${first}, an option of the emulator; the policy comes first: ` +
      `rasshost emulate ${policy} ${options}`,
  );
}
