import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RasshostError } from '../errors';
import { PREBUILD } from './package-copy';
import type { RegistryValue } from './registry-value';

/** Where the security DLL reads its settings (docs/adminregistry.md). */
export const SETTINGS_KEY = 'SOFTWARE\\rasshost';

/** Where the RAS server finds its security DLL, in the value `DLLPath` (EM-01, EM-02). */
export const SECURITY_HOST_KEY = 'SOFTWARE\\Microsoft\\RAS\\SecurityHost';

/** Where the event viewer finds the texts of the security DLL's entries (docs/events.md). */
export const EVENT_SOURCE_KEY =
  'SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\rasshost';

/** Every value that rasshost may have under {@link SETTINGS_KEY}. */
export const SETTING_NAMES = [
  'NodePath',
  'WorkerPath',
  'PolicyPath',
  'NodeArguments',
  'Placement',
  'WorkerToken',
  'DialogSeconds',
  'StartSeconds',
  'HoldSeconds',
  'SilenceSeconds',
  'SpareWorkers',
  'RecycleDialogs',
  'RecycleHours',
  'MemoryMegabytes',
  'LogPath',
  'LogMegabytes',
  'TapeDirectory',
  'WatchPolicy',
] as const;

/** Another text in this value makes the security DLL load the policy anew. */
export const RELOAD_REQUEST = 'ReloadRequest';

/**
 * Whose the worker's token is: LocalService's, that of the RAS server's account, or, in a program
 * that a person runs, that person's. Always restricted (docs/adminregistry.md).
 */
export const WORKER_TOKENS = ['service', 'restricted', 'same'] as const;
export type WorkerToken = (typeof WORKER_TOKENS)[number];

/** What an administrator may choose. What is left out is left to the security DLL's defaults. */
export interface Settings {
  /** Windows path of the policy file. */
  readonly policy: string;
  /** Windows path of node.exe. */
  readonly node: string;
  /** Arguments of node.exe itself, quoted as Windows wants them. */
  readonly nodeArguments?: string | undefined;
  readonly placement?: 'worker' | 'in-process' | undefined;
  readonly workerToken?: WorkerToken | undefined;
  readonly dialogSeconds?: number | undefined;
  readonly startSeconds?: number | undefined;
  readonly holdSeconds?: number | undefined;
  readonly silenceSeconds?: number | undefined;
  /** Workers that stand by, 0 or 1. */
  readonly spareWorkers?: number | undefined;
  readonly recycleDialogs?: number | undefined;
  readonly recycleHours?: number | undefined;
  readonly memoryMegabytes?: number | undefined;
  /** Windows path of the log file. */
  readonly log?: string | undefined;
  readonly logMegabytes?: number | undefined;
  /** Windows path of the directory for tapes. */
  readonly tapeDirectory?: string | undefined;
  /** Whether the policy is loaded anew when its file changes. */
  readonly watchPolicy?: boolean | undefined;
}

/** The registry values for these settings; `workerPath` is a Windows path. */
export function settingValues(settings: Settings, workerPath: string): RegistryValue[] {
  const data: Record<(typeof SETTING_NAMES)[number], string | number | undefined> = {
    NodePath: settings.node,
    WorkerPath: workerPath,
    PolicyPath: settings.policy,
    NodeArguments: settings.nodeArguments,
    Placement: settings.placement,
    WorkerToken: settings.workerToken,
    DialogSeconds: settings.dialogSeconds,
    StartSeconds: settings.startSeconds,
    HoldSeconds: settings.holdSeconds,
    SilenceSeconds: settings.silenceSeconds,
    SpareWorkers: settings.spareWorkers,
    RecycleDialogs: settings.recycleDialogs,
    RecycleHours: settings.recycleHours,
    MemoryMegabytes: settings.memoryMegabytes,
    LogPath: settings.log,
    LogMegabytes: settings.logMegabytes,
    TapeDirectory: settings.tapeDirectory,
    WatchPolicy: settings.watchPolicy === undefined ? undefined : Number(settings.watchPolicy),
  };
  return SETTING_NAMES.flatMap((name) => {
    const value = data[name];
    return value === undefined ? [] : [{ key: SETTINGS_KEY, name, data: value }];
  });
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
      throw new RasshostError('RASSHOST_E_NATIVE_NOT_FOUND', `${file} is missing`);
    }
  }
  return files;
}
