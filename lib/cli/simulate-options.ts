import { Option, type Command } from 'commander';
import { readFileSync } from 'node:fs';
import { RasshostError } from '../errors';
import type { SimulatorOptions } from '../simulator/simulator';
import { loadSecondsOption } from './load-seconds-option';
import { checkNamedFile } from './named-file';
import { wholeNumber } from './whole-number';
import type { Credentials, ScriptVariable } from '../simulator/scp/script';

/** The options of `simulate`, as commander leaves them. */
export interface SimulateOptions {
  readonly tcp?: string;
  readonly serial?: string;
  readonly script?: string;
  readonly user?: string;
  readonly passwordEnv?: string;
  readonly passwordFile?: string;
  readonly explain?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly patienceSeconds?: number;
  readonly watch?: boolean;
  readonly keep?: boolean;
  readonly once?: boolean;
  readonly telnet?: boolean;
  readonly record?: string;
  readonly baud?: number;
  readonly sendBuffer?: number;
  readonly receiveBuffer?: number;
  readonly receive?: 'exact' | 'available';
  readonly hangupEvent?: 'signalled' | 'silent';
  readonly dialogSeconds?: number;
  readonly device?: string;
  readonly loadSeconds?: number;
}

/** The longest that the WORD can tell which is the length of a Send or Receive. */
const MAX_BUFFER = 65_535;

/** As for the setting of the same name. */
const MAX_DIALOG_SECONDS = 3600;

/** Where the caller's options are declared, for `simulate`. */
export function addSimulateOptions(command: Command): Command {
  return command
    .option('--tcp <address>', 'take calls at PORT or HOST:PORT, as telnet and nc make them')
    .option('--serial <path>', 'take calls at a serial port or pseudo terminal')
    .option('--script <file>', 'a script is the caller: .scp of Windows, or our own language')
    .option('--user <name>', '$USERID of the script')
    .option('--password-env <name>', '$PASSWORD of the script is in this environment variable')
    .option('--password-file <file>', '$PASSWORD of the script is the first line of this file')
    .addOption(
      integer(
        '--patience-seconds <n>',
        'how long a script waits (default 30)',
        1,
        MAX_DIALOG_SECONDS,
      ),
    )
    .option('--explain', 'show each call between RAS server and policy, and the steps in words')
    .option('--json', 'write events and outcomes as JSON Lines, and nothing else, to stdout')
    .option('--quiet', 'the dialog, errors and warnings only')
    .option('--watch', 'load the policy anew when its file changes; implies --keep')
    .option('--keep', 'after a call wait for another one (default with --tcp and --serial)')
    .option('--once', 'exit after one call (default at a terminal and with --script)')
    .option('--telnet', '--tcp callers speak telnet (default those who say so first)')
    .option('--no-telnet', '--tcp callers do not speak telnet')
    .option('--record <file>', 'write a tape of the dialog, without secrets')
    .addOption(integer('--baud <n>', 'bits a second, as slow as a modem', 1, 10_000_000))
    .addOption(
      integer('--send-buffer <bytes>', 'size of the send buffer (default 1500)', 1, MAX_BUFFER),
    )
    .addOption(
      integer(
        '--receive-buffer <bytes>',
        'size of the receive buffer (default 1500)',
        1,
        MAX_BUFFER,
      ),
    )
    .addOption(
      new Option(
        '--receive <when>',
        'a Receive completes with all bytes, or with those there are (default exact)',
      ).choices(['exact', 'available']),
    )
    .addOption(
      new Option(
        '--hangup-event <how>',
        'whether a hang-up signals a Receive (default signalled)',
      ).choices(['signalled', 'silent']),
    )
    .addOption(
      integer(
        '--dialog-seconds <n>',
        'how long a dialog may take (default 120)',
        1,
        MAX_DIALOG_SECONDS,
      ),
    )
    .option('--device <name>', 'the name of the modem (default Simulated modem)')
    .addOption(loadSecondsOption());
}

function integer(flags: string, description: string, least: number, most: number): Option {
  return new Option(flags, description).argParser(wholeNumber(least, most));
}

/**
 * @throws {@link RasshostError} RASSHOST_E_OPTION for options that exclude or need each other, and
 * for a script that does not exist
 */
export function checkCombination(options: SimulateOptions): void {
  const { tcp, serial, script, telnet, keep, once, watch, user, passwordEnv, passwordFile } =
    options;
  const refuse = (why: string): never => {
    throw new RasshostError('RASSHOST_E_OPTION', why);
  };
  const callers = Object.entries({ '--tcp': tcp, '--serial': serial, '--script': script })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  if (callers.length > 1) refuse(`${callers.join(' and ')} exclude each other`);
  if (options.json === true && callers.length === 0) {
    refuse('with --json you would not see the dialog: give --script, --tcp or --serial');
  }
  if (telnet !== undefined && tcp === undefined) refuse('--telnet and --no-telnet need --tcp');
  if (once === true && (keep === true || watch === true)) {
    refuse('--once and --keep (or --watch) exclude each other');
  }
  if (script !== undefined && keep === true) {
    refuse('--script makes one call, so --keep has no effect with it; --watch repeats the call');
  }
  const forScript = user ?? passwordEnv ?? passwordFile ?? options.patienceSeconds;
  if (script === undefined && forScript !== undefined) {
    refuse('--user, --password-env, --password-file and --patience-seconds need --script');
  }
  if (passwordEnv !== undefined && passwordFile !== undefined) {
    refuse('--password-env and --password-file exclude each other');
  }
  if (script !== undefined) checkNamedFile('--script', script);
}

/**
 * What stands for the variables of a script.
 *
 * @param used - those that need a source
 * @throws {@link RasshostError} RASSHOST_E_OPTION when one has none, or there is no such variable of
 * the environment or file
 */
export function scriptCredentials(
  options: SimulateOptions,
  used: ReadonlySet<ScriptVariable>,
): Credentials {
  const sources = {
    $USERID: [options.user, '--user NAME'],
    $PASSWORD: [password(options), '--password-env VARIABLE or --password-file FILE'],
  } as const;
  for (const variable of used) {
    const [value, source] = sources[variable];
    if (value !== undefined) continue;
    const problem = `the script uses ${variable}: give it with ${source}`;
    throw new RasshostError('RASSHOST_E_OPTION', problem);
  }
  return { userName: sources.$USERID[0] ?? '', password: sources.$PASSWORD[0] ?? '' };
}

function password({ passwordEnv, passwordFile }: SimulateOptions): string | undefined {
  if (passwordEnv !== undefined) {
    const value = process.env[passwordEnv];
    if (value !== undefined) return value;
    const problem = `--password-env: there is no environment variable ${passwordEnv}`;
    throw new RasshostError('RASSHOST_E_OPTION', problem);
  }
  if (passwordFile === undefined) return undefined;
  try {
    return /^.*/.exec(readFileSync(passwordFile, 'latin1'))?.[0] ?? '';
  } catch (cause) {
    const problem = `--password-file: ${passwordFile} can't be read: ${(cause as Error).message}`;
    throw new RasshostError('RASSHOST_E_OPTION', problem, { cause });
  }
}

/** The switches of the simulated RAS server. */
export function serverOptions(options: SimulateOptions): NonNullable<SimulatorOptions['server']> {
  const { sendBuffer, receiveBuffer, receive, hangupEvent, dialogSeconds, device } = options;
  return {
    ...(sendBuffer !== undefined && { sendBufferSize: sendBuffer }),
    ...(receiveBuffer !== undefined && { receiveBufferSize: receiveBuffer }),
    ...(receive !== undefined && { receive }),
    ...(hangupEvent !== undefined && { hangUpEvent: hangupEvent }),
    ...(dialogSeconds !== undefined && { dialogSeconds }),
    ...(device !== undefined && { deviceName: device }),
  };
}
