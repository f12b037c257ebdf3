import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RasshostError } from '../errors';
import { exitCode } from '../windows/run-program';
import { SECURITY_HOST_KEY, packageFiles, settingValues } from '../windows/settings';
import { openWindowsHost } from '../windows/open-windows-host';
import type { WindowsHost } from '../windows/windows-host';
import { tryLoad } from '../loading/try-load';
import type { Io } from './io';
import { LogTail } from './log-tail';
import { settingsArguments, type SettingsOptions } from './settings-options';

export interface EmulateOptions extends SettingsOptions {
  readonly loadSeconds?: number;
  /** A security DLL of anybody's, instead of ours with a policy. */
  readonly dll?: string;
  /** JSON Lines file for the trace of all calls. */
  readonly trace?: string;
  /** Where there is no Windows: the Wine prefix whose registry says which DLL is served. */
  readonly winePrefix?: string;
}

/** How long the emulator may take to end its dialogs when it is told to stop. */
const STOP_MS = 15_000;

/**
 * `rasshost emulate [POLICY] [emulator options]`. Serves calls until the emulator stops by itself
 * or `stop` is aborted, and leaves no process behind.
 *
 * @returns the emulator's exit code
 * @throws RasshostError RASSHOST_E_POLICY_* for the policy, RASSHOST_E_OPTION, RASSHOST_E_WINE,
 *   RASSHOST_E_NATIVE_NOT_FOUND, all before any call is served
 */
export async function emulate(
  policyPath: string | undefined,
  options: EmulateOptions,
  emulatorArguments: readonly string[],
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  checkCombination(policyPath, options);
  const policy = policyPath === undefined ? undefined : resolve(policyPath);
  if (policy !== undefined) await tryLoad(policy, { loadSeconds: options.loadSeconds, stop });

  const directory = mkdtempSync(join(tmpdir(), 'rasshost-emulate-'));
  const log = options.log === undefined ? join(directory, 'log.txt') : resolve(options.log);
  let tail: LogTail | undefined;
  let host: WindowsHost | undefined;
  try {
    host = await openWindowsHost({
      ...(options.winePrefix === undefined ? {} : { winePrefix: options.winePrefix }),
      progress: (line) => io.stderr.write(`${line}\n`),
    });
    const command = [
      ...serverCommand(host, policy, options),
      ...(await prepare(host, policy, log, options)),
      ...emulatorArguments,
    ];
    if (options.log === undefined) tail = new LogTail(log, (text) => io.stderr.write(text));
    return await serve(host, command, directory, io, stop);
  } finally {
    await host?.close();
    tail?.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function checkCombination(policy: string | undefined, options: EmulateOptions): void {
  const { dll, winePrefix } = options;
  const refuse = (why: string) => {
    throw new RasshostError('RASSHOST_E_OPTION', why);
  };
  if (policy !== undefined && dll !== undefined) refuse('POLICY and --dll exclude each other');
  if (policy !== undefined && winePrefix !== undefined) {
    refuse('POLICY and --wine-prefix exclude each other: register the policy in the prefix first');
  }
  const registryIsMeant = process.platform === 'win32' || winePrefix !== undefined;
  if (policy === undefined && dll === undefined && !registryIsMeant) {
    refuse('name a POLICY, or --dll PATH, or --wine-prefix DIR');
  }
  const [setting] = settingsArguments(options, String);
  if (policy === undefined && setting !== undefined) refuse(`${setting} needs a POLICY`);
}

/** The program that is the RAS server, and its first arguments. */
function serverCommand(
  host: WindowsHost,
  policy: string | undefined,
  { node = host.node, placement }: EmulateOptions,
): string[] {
  const { server, inProcessServer, rasman } = packageFiles(host.packageDirectory);
  if (policy === undefined || placement !== 'in-process') return [server];
  return [node, ...[inProcessServer, policy, rasman].map(host.toWindows)];
}

/** Sets up the security DLL, and returns the emulator's arguments that say which one it is. */
async function prepare(
  host: WindowsHost,
  policy: string | undefined,
  log: string,
  options: EmulateOptions,
): Promise<string[]> {
  const args = options.trace === undefined ? [] : ['--trace', host.toWindows(options.trace)];
  if (policy !== undefined) {
    const { dll, worker } = packageFiles(host.packageDirectory);
    if (options.node !== undefined && !host.exists(options.node)) {
      throw new RasshostError('RASSHOST_E_OPTION', `--node: no file ${options.node}`);
    }
    const settings = {
      // A person runs this; there is no service whose account it could be.
      workerToken: 'same' as const,
      ...options,
      policy: host.toWindows(policy),
      node: options.node === undefined ? host.node : host.toWindows(options.node),
      log: host.toWindows(log),
      tapeDirectory: options.tapeDirectory && host.toWindows(resolve(options.tapeDirectory)),
    };
    const values = settingValues(settings, host.toWindows(worker));
    if (host.ownRegistry) {
      values.push({ key: SECURITY_HOST_KEY, name: 'DLLPath', data: host.toWindows(dll) });
    } else {
      // The machine's own DLLPath is left to its RAS server.
      args.push('--dll', dll);
    }
    await host.setRegistry(values);
  } else if (options.dll !== undefined) {
    // A bare name is Windows' to search, unless it is a file here.
    const isPath = existsSync(options.dll) || /[/\\]/.test(options.dll);
    args.push('--dll', isPath ? host.toWindows(options.dll) : options.dll);
  }
  return args;
}

/**
 * Runs the emulator, passes its output on, and returns its exit code. The output goes by way of
 * files, because node.exe under Wine can't write to a pipe of Linux.
 */
async function serve(
  host: WindowsHost,
  [program = '', ...args]: readonly string[],
  directory: string,
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  const files = [join(directory, 'stdout.txt'), join(directory, 'stderr.txt')] as const;
  const output = files.map((file) => openSync(file, 'w'));
  const child = host.spawn(program, [...args, '--stop-on-stdin-eof'], {
    stdio: ['pipe', ...output],
  });
  output.forEach(closeSync);
  const tails = [
    new LogTail(files[0], (text) => io.stdout.write(text)),
    new LogTail(files[1], (text) => io.stderr.write(text)),
  ];
  try {
    const exited = once(child, 'exit');
    // It may have crashed before it is told to stop.
    child.stdin?.on('error', () => {});
    const stopped = stop.aborted ? Promise.resolve() : once(stop, 'abort');
    await Promise.race([exited, stopped]);
    child.stdin?.end();
    const limit = new AbortController();
    await Promise.race([exited, delay(STOP_MS, undefined, { signal: limit.signal, ref: false })]);
    limit.abort();
    if (child.exitCode === null && child.signalCode === null) {
      io.stderr.write(`the emulator did not stop within ${STOP_MS / 1000} s and is killed\n`);
      child.kill('SIGKILL');
      await exited;
    }
    return exitCode(child);
  } finally {
    for (const tail of tails) tail.close();
  }
}
