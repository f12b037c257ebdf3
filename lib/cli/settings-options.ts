import { InvalidArgumentError, Option, type Command } from 'commander';

/** The options with which emulate and register set up the security DLL. */
export interface SettingsOptions {
  readonly node?: string;
  readonly placement?: 'worker' | 'in-process';
  readonly dialogSeconds?: number;
  readonly startSeconds?: number;
  readonly holdSeconds?: number;
  readonly log?: string;
  readonly tapeDirectory?: string;
}

function seconds(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
    }
    return value;
  };
}

/** Adds the options of {@link SettingsOptions}, whose limits are those of the security DLL. */
export function addSettingsOptions(command: Command): Command {
  return command
    .option('--node <path>', 'node.exe that runs the policy')
    .addOption(
      new Option('--placement <where>', 'what hosts the policy').choices(['worker', 'in-process']),
    )
    .option('--dialog-seconds <n>', 'longest dialog (default 120)', seconds(3600))
    .option('--start-seconds <n>', 'longest start of the worker (default 15)', seconds(600))
    .option('--hold-seconds <n>', 'longest delay of termination (default 10)', seconds(600))
    .option('--log <file>', 'log file of the security DLL and of the policy')
    .option('--tape-directory <path>', 'existing directory for a tape of each dialog');
}

/** The same options as arguments of another rasshost process; `path` converts paths. */
export function settingsArguments(
  options: SettingsOptions,
  path: (local: string) => string,
): string[] {
  const { node, placement, dialogSeconds, startSeconds, holdSeconds, log, tapeDirectory } = options;
  const given = {
    '--node': node && path(node),
    '--placement': placement,
    '--dialog-seconds': dialogSeconds,
    '--start-seconds': startSeconds,
    '--hold-seconds': holdSeconds,
    '--log': log && path(log),
    '--tape-directory': tapeDirectory && path(tapeDirectory),
  };
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [name, String(value)],
  );
}
