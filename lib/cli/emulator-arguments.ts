import { existsSync } from 'node:fs';
import { RasshostError } from '../errors';
import { nearestName } from '../options/nearest-name';

/** The options of ras-server.exe (native/emulator/portable/option_table.cc). */
export const EMULATOR_OPTIONS = {
  withValue: [
    ...['--dll', '--listen', '--com', '--ports', '--port-type', '--device-name', '--send-buffer'],
    ...['--receive-buffer', '--receive', '--timeout-error', '--busy-error', '--line-error'],
    ...['--hangup-event', '--late-info', '--length-word', '--bytes-received', '--end'],
    ...['--arrival-gate', '--complete-gate', '--begin-limit', '--complete-limit', '--end-limit'],
    ...['--hold-watchdog', '--crossing', '--dialog-timeout', '--second', '--client-paused-states'],
    ...['--ppp-user', '--ppp-domain', '--events', '--fault', '--each-call', '--trace', '--measure'],
    ...['--max-calls', '--stop-pending', '--linger'],
  ],
  flags: [
    ...['--registry', '--lossy-send', '--late-send', '--end-again', '--reuse-handles'],
    ...['--compare-domain', '--case-sensitive-names', '--ppp-refuse', '--trace-data', '--strict'],
    ...['--stop-on-stdin-eof', '--service', '--leave-dialogs', '--help'],
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

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

/**
 * Refuses an option that the emulator does not have, before it is started: that takes seconds.
 *
 * @param ours - the options of the command itself, which may be meant as well
 * @throws {@link RasshostError} RASSHOST_E_OPTION with the nearest right name
 */
export function checkEmulatorOptions(options: readonly string[], ours: readonly string[]): void {
  const withValue: readonly string[] = EMULATOR_OPTIONS.withValue;
  const flags: readonly string[] = EMULATOR_OPTIONS.flags;
  const rest = [...options];
  for (let option = rest.shift(); option !== undefined; option = rest.shift()) {
    const [name = '', value] = option.split('=');
    if (withValue.includes(name)) {
      if (value === undefined) rest.shift();
    } else if (!flags.includes(name)) {
      const nearest = nearestName(name, [...withValue, ...flags, ...ours]);
      const hint = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
      const problem = `neither emulate nor the emulator has an option ${name}${hint}`;
      throw new RasshostError('RASSHOST_E_OPTION', problem);
    }
  }
}
