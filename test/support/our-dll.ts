import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  packageFiles,
  RELOAD_REQUEST,
  SECURITY_HOST_KEY,
  SETTINGS_KEY,
  settingValues,
  type Settings,
} from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { localBinary, RasServer, until, type RasServerOptions } from './ras-server';

export type Placement = 'worker' | 'in-process';

export interface OurDllOptions extends Pick<RasServerOptions, 'args' | 'directory' | 'env'> {
  readonly placement?: Placement;
  /** In-process: another script than the one that comes with the package, told PACKAGE RASMAN. */
  readonly script?: string;
  /** Other settings of the security DLL than the usual ones. */
  readonly settings?: Partial<Settings>;
}

/** A RAS server whose security DLL has its log beside the trace; a service has no standard error. */
interface Logging {
  readonly directory: string;
  readonly stderr?: string;
}

/** Where the security DLL and the worker write what went wrong. */
export function logOf(server: Logging): string {
  return logFile(server) + errorsOf(server);
}

function errorsOf({ stderr = '' }: Logging): string {
  return stderr;
}

function logFile(server: Logging): string {
  const log = join(server.directory, 'rasshost.log');
  return existsSync(log) ? readFileSync(log, 'utf8') : '';
}

/** From now on: what is new in {@link logOf}. */
export function newsOfLog(server: Logging): () => string {
  const [inFile, onStderr] = [logFile(server).length, errorsOf(server).length];
  return () => logFile(server).slice(inFile) + errorsOf(server).slice(onStderr);
}

/**
 * Waits until something is in {@link logOf}, or in another part of the log: the RAS server may learn
 * of a verdict before.
 */
export async function logged(
  server: Logging,
  pattern: RegExp,
  log = () => logOf(server),
): Promise<void> {
  await until(
    () => `${pattern} in ${JSON.stringify(log())}`,
    () => pattern.test(log()),
    () => log().length,
  );
}

/** How often {@link logOf} has an entry. */
export function count(server: RasServer, entry: RegExp): number {
  return logOf(server).match(new RegExp(entry, 'g'))?.length ?? 0;
}

/** Waits until {@link logOf} has an entry so often. */
export async function loggedTimes(server: RasServer, entry: RegExp, times: number): Promise<void> {
  await until(
    () => `${times} times ${entry} in ${JSON.stringify(logOf(server))}`,
    () => count(server, entry) >= times,
    () => logOf(server).length,
  );
}

/** What `rasshost reload` does, in a tenth of the time. */
export async function requestReload(host: WindowsHost): Promise<void> {
  await host.setRegistry([{ key: SETTINGS_KEY, name: RELOAD_REQUEST, data: randomUUID() }]);
}

/** What the registry of a machine is to say from now on: which policy rasshost.dll runs, and how. */
export async function setPolicy(
  host: WindowsHost,
  policyFile: string,
  directory: string,
  { placement = 'worker', settings = {} }: Pick<OurDllOptions, 'placement' | 'settings'> = {},
): Promise<void> {
  const { dll, worker } = packageFiles(host.packageDirectory);
  const policy = host.toWindows(resolve(policyFile));
  const log = host.toWindows(join(directory, 'rasshost.log'));
  // All of them: the machine's registry remembers what the server before was set to. Without a
  // spare, because most tests have no use for the second that it takes of a processor.
  const defaults = {
    dialogSeconds: 120,
    startSeconds: 40,
    holdSeconds: 10,
    silenceSeconds: 10,
    spareWorkers: 0,
    recycleDialogs: 10_000,
    memoryMegabytes: 512,
    logMegabytes: 10,
    watchPolicy: false,
    nodeArguments: '',
    // Wine can log no other account on, and tests tell policies things by the environment.
    workerToken: 'same' as const,
  };
  const values = settingValues(
    { policy, node: host.node, placement, log, ...defaults, ...settings },
    host.toWindows(worker),
  );
  values.push({ key: SECURITY_HOST_KEY, name: 'DLLPath', data: host.toWindows(dll) });
  await host.setRegistry(values);
}

/**
 * Starts the emulator, which finds rasshost.dll in the registry, which runs the policy: in a worker
 * of its own, or in a node.exe that is the RAS server's process. Strict: a broken rule is an exit
 * code of 3.
 */
export async function servePolicy(
  host: WindowsHost,
  policyFile: string,
  {
    placement = 'worker',
    directory = RasServer.newDirectory(),
    script,
    args = [],
    env = {},
    settings = {},
  }: OurDllOptions = {},
): Promise<RasServer> {
  await setPolicy(host, policyFile, directory, { placement, settings });
  const { inProcessServer } = packageFiles(host.packageDirectory);
  const policy = host.toWindows(resolve(policyFile));
  const rasman = host.toWindows(localBinary('rasman.dll'));
  return RasServer.start(host, {
    directory,
    args: ['--strict', ...args],
    env,
    ...(placement === 'in-process' && {
      program: [
        host.node,
        ...(script === undefined
          ? [host.toWindows(inProcessServer), policy]
          : [host.toWindows(script), host.toWindows(host.packageDirectory)]),
        rasman,
      ],
    }),
  });
}
