import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RasshostError } from '../errors';
import { HOW_TO_GET_BINARIES, PREBUILD } from './package-copy';
import type { RegistryValue } from './registry-value';

/** Where the security DLL reads its settings (docs/adminregistry.md). */
export const SETTINGS_KEY = 'SOFTWARE\\rasshost';

/** Where the RAS server finds its security DLL, in the value `DLLPath` (EM-01, EM-02). */
export const SECURITY_HOST_KEY = 'SOFTWARE\\Microsoft\\RAS\\SecurityHost';

/** Where the event viewer finds the texts of the security DLL's entries (docs/events.md). */
export const EVENT_SOURCE_KEY =
  'SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\rasshost';

/** Another text in this value makes the security DLL load the policy anew. */
export const RELOAD_REQUEST = 'ReloadRequest';

/** {@link RELOAD_REQUEST} with a text that it never had before. */
export function reloadRequest(): RegistryValue {
  const data = `${new Date().toISOString()} ${randomUUID()}`;
  return { key: SETTINGS_KEY, name: RELOAD_REQUEST, data };
}

/**
 * Whose the worker's token is: LocalService's, that of the RAS server's account, or, in a program
 * that a person runs, that person's. Always restricted (docs/adminregistry.md).
 */
export const WORKER_TOKENS = ['service', 'restricted', 'same'] as const;
export type WorkerToken = (typeof WORKER_TOKENS)[number];

/** What an administrator may choose, once: a value in the registry, and an option of commands. */
export type Setting = {
  /** Its name in the registry. */
  readonly value: string;
  /** What stands for its argument in the help. */
  readonly argument?: string;
  /** What it is, in the help and in docs/adminregistry.md. */
  readonly help: string;
} & (
  | { readonly kind: 'path' | 'text' | 'flag' }
  /** The first one is the default. */
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | {
      readonly kind: 'number';
      readonly least: number;
      readonly most: number;
      readonly usual: number;
    }
);

const number = <const Value extends string>(
  value: Value,
  [least, most]: readonly [number, number],
  usual: number,
  help: string,
) => ({ value, kind: 'number', argument: 'n', least, most, usual, help }) as const;

/**
 * The settings by their name in TypeScript; in options each capital becomes a hyphen and a small
 * letter. The limits and defaults are the security DLL's (native/security_dll/settings.cc).
 */
export const SETTINGS = {
  node: {
    value: 'NodePath',
    kind: 'path',
    argument: 'path',
    help: 'node.exe that runs the policy',
  },
  nodeArguments: {
    value: 'NodeArguments',
    kind: 'text',
    argument: 'text',
    help: 'arguments of node.exe itself',
  },
  placement: {
    value: 'Placement',
    kind: 'word',
    argument: 'where',
    words: ['worker', 'in-process'],
    help: 'what hosts the policy',
  },
  workerToken: {
    value: 'WorkerToken',
    kind: 'word',
    argument: 'whose',
    words: WORKER_TOKENS,
    help: 'whom the worker runs as',
  },
  dialogSeconds: number('DialogSeconds', [1, 3600], 120, 'longest dialog'),
  startSeconds: number('StartSeconds', [1, 600], 15, 'longest start of the worker'),
  holdSeconds: number('HoldSeconds', [1, 600], 10, 'longest delay of termination'),
  silenceSeconds: number('SilenceSeconds', [2, 600], 10, 'longest silence of the worker'),
  spareWorkers: number('SpareWorkers', [0, 1], 1, 'workers that stand by'),
  recycleDialogs: number('RecycleDialogs', [1, 1_000_000], 10_000, 'dialogs of one worker'),
  recycleHours: number('RecycleHours', [1, 8760], 24, 'hours of one worker'),
  memoryMegabytes: number('MemoryMegabytes', [128, 65_536], 512, 'memory of one worker'),
  log: {
    value: 'LogPath',
    kind: 'path',
    argument: 'file',
    help: 'log file of the security DLL and of the policy',
  },
  logMegabytes: number('LogMegabytes', [1, 4000], 10, 'size of the log before it is renamed'),
  tapeDirectory: {
    value: 'TapeDirectory',
    kind: 'path',
    argument: 'directory',
    help: 'existing directory for a tape of each dialog',
  },
  watchPolicy: {
    value: 'WatchPolicy',
    kind: 'flag',
    help: 'load the policy anew when its file changes',
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;

type ValueOf<S extends Setting> = S extends { kind: 'number' }
  ? number
  : S extends { kind: 'flag' }
    ? boolean
    : S extends { words: readonly (infer Word)[] }
      ? Word
      : string;

/** Settings that are chosen. What is left out is left to the security DLL's defaults. */
export type ChosenSettings = {
  readonly [Name in SettingName]?: ValueOf<(typeof SETTINGS)[Name]> | undefined;
};

/** What is to become of the settings that there are: `false` takes one back. */
export type SettingChanges = {
  readonly [Name in SettingName]?: ChosenSettings[Name] | false;
};

/** All that the security DLL needs. Paths are Windows paths. */
export interface Settings extends SettingChanges {
  readonly policy: string;
  readonly node: string;
}

/** Every value that rasshost may have under {@link SETTINGS_KEY}, but {@link RELOAD_REQUEST}. */
export const SETTING_VALUES: readonly string[] = [
  'WorkerPath',
  'PolicyPath',
  ...Object.values(SETTINGS).map(({ value }) => value),
];

/** The registry values for these settings; `workerPath` is a Windows path. */
export function settingValues(settings: Settings, workerPath: string): RegistryValue[] {
  const chosen = entries(settings).flatMap(([name, choice]) => {
    const { value, kind } = SETTINGS[name];
    if (choice === undefined || (choice === false && kind !== 'flag')) return [];
    return [{ name: value, data: typeof choice === 'boolean' ? Number(choice) : choice }];
  });
  return [
    { name: 'WorkerPath', data: workerPath },
    { name: 'PolicyPath', data: settings.policy },
    ...chosen,
  ].map((value) => ({ key: SETTINGS_KEY, ...value }));
}

/** The names of the values that are to be taken back. */
export function takenBack(changes: SettingChanges): string[] {
  return entries(changes)
    .filter(([name, choice]) => choice === false && SETTINGS[name].kind !== 'flag')
    .map(([name]) => SETTINGS[name].value);
}

/** What has been said of each setting, in the order of the table. */
export function entries(
  changes: SettingChanges,
): (readonly [SettingName, SettingChanges[SettingName]])[] {
  return (Object.keys(SETTINGS) as SettingName[]).map((name) => [name, changes[name]] as const);
}

/** Files of a rasshost package that Windows needs, as local paths. */
export interface PackageFiles {
  readonly dll: string;
  readonly server: string;
  /** The emulator itself, which is the Rasman.dll of its process. */
  readonly rasman: string;
  readonly worker: string;
  /** Stands for `server` in in-process placement, run by node.exe. */
  readonly inProcessServer: string;
}

/**
 * @throws RasshostError RASSHOST_E_NATIVE_NOT_FOUND when one of them is missing
 */
export function packageFiles(packageDirectory: string): PackageFiles {
  const binaries = join(packageDirectory, PREBUILD);
  const scripts = join(packageDirectory, 'dist', 'worker');
  const files = {
    dll: join(binaries, 'rasshost.dll'),
    server: join(binaries, 'ras-server.exe'),
    rasman: join(binaries, 'rasman.dll'),
    worker: join(scripts, 'main.js'),
    inProcessServer: join(scripts, 'in-process-emulator.js'),
  };
  for (const file of Object.values(files)) {
    if (!existsSync(file)) {
      const problem = `${file} is missing: ${HOW_TO_GET_BINARIES}`;
      throw new RasshostError('RASSHOST_E_NATIVE_NOT_FOUND', problem);
    }
  }
  return files;
}
