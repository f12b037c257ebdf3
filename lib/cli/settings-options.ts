import { InvalidArgumentError, Option, type Command } from 'commander';
import { WORKER_TOKENS, type WorkerToken } from '../windows/settings';

/** The options with which emulate and register set up the security DLL. */
export interface SettingsOptions {
  readonly node?: string;
  readonly nodeArguments?: string;
  readonly placement?: 'worker' | 'in-process';
  readonly workerToken?: WorkerToken;
  readonly dialogSeconds?: number;
  readonly startSeconds?: number;
  readonly holdSeconds?: number;
  readonly silenceSeconds?: number;
  readonly spareWorkers?: number;
  readonly recycleDialogs?: number;
  readonly recycleHours?: number;
  readonly memoryMegabytes?: number;
  readonly log?: string;
  readonly logMegabytes?: number;
  readonly tapeDirectory?: string;
  readonly watchPolicy?: boolean;
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Adds the options of {@link SettingsOptions}, whose limits are those of the security DLL. */
export function addSettingsOptions(command: Command): Command {
  return command
    .option('--node <path>', 'node.exe that runs the policy')
    .option('--node-arguments <text>', 'arguments of node.exe itself')
    .addOption(
      new Option('--placement <where>', 'what hosts the policy').choices(['worker', 'in-process']),
    )
    .addOption(
      new Option('--worker-token <whose>', 'whom the worker runs as').choices(WORKER_TOKENS),
    )
    .option('--dialog-seconds <n>', 'longest dialog (default 120)', whole(1, 3600))
    .option('--start-seconds <n>', 'longest start of the worker (default 15)', whole(1, 600))
    .option('--hold-seconds <n>', 'longest delay of termination (default 10)', whole(1, 600))
    .option('--silence-seconds <n>', 'longest silence of the worker (default 10)', whole(2, 600))
    .option('--spare-workers <n>', 'workers that stand by, 0 or 1 (default 1)', whole(0, 1))
    .option('--recycle-dialogs <n>', 'dialogs of one worker (default 10000)', whole(1, 1_000_000))
    .option('--recycle-hours <n>', 'hours of one worker (default 24)', whole(1, 8760))
    .option('--memory-megabytes <n>', 'memory of one worker (default 512)', whole(128, 65_536))
    .option('--log <file>', 'log file of the security DLL and of the policy')
    .option(
      '--log-megabytes <n>',
      'size of the log before it is renamed (default 10)',
      whole(1, 4000),
    )
    .option('--tape-directory <path>', 'existing directory for a tape of each dialog')
    .option('--watch-policy', 'load the policy anew when its file changes');
}

/** The same options as arguments of another rasshost process; `path` converts paths. */
export function settingsArguments(
  options: SettingsOptions,
  path: (local: string) => string,
): string[] {
  const { node, log, tapeDirectory } = options;
  const given = {
    '--node': node && path(node),
    '--node-arguments': options.nodeArguments,
    '--placement': options.placement,
    '--worker-token': options.workerToken,
    '--dialog-seconds': options.dialogSeconds,
    '--start-seconds': options.startSeconds,
    '--hold-seconds': options.holdSeconds,
    '--silence-seconds': options.silenceSeconds,
    '--spare-workers': options.spareWorkers,
    '--recycle-dialogs': options.recycleDialogs,
    '--recycle-hours': options.recycleHours,
    '--memory-megabytes': options.memoryMegabytes,
    '--log': log && path(log),
    '--log-megabytes': options.logMegabytes,
    '--tape-directory': tapeDirectory && path(tapeDirectory),
  };
  const flags = options.watchPolicy ? ['--watch-policy'] : [];
  return Object.entries(given)
    .flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]))
    .concat(flags);
}
