import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RasshostError } from '../errors';
import type { TraceLine } from '../simulator/trace-line';
import { openWindowsHost } from '../windows/open-windows-host';
import { exitCode } from '../windows/run-program';
import { SECURITY_HOST_KEY, packageFiles, reloadRequest, settingValues } from '../windows/settings';
import type { WindowsHost } from '../windows/windows-host';
import { LineSplitter } from './line-splitter';
import { inLocalTerms } from './local-terms';
import { LogTail } from './log-tail';
import { checkNamedFile } from './named-file';
import type { SettingsOptions } from './settings-options';
import { checkWritableDirectory } from './writable-directory';

/** What the emulator serves, and how. */
export interface EmulatorOptions extends SettingsOptions {
  /** A security DLL of anybody's, instead of ours with a policy. */
  readonly dll?: string;
  /** JSON Lines file for the trace of all calls. */
  readonly trace?: string | undefined;
  /** Where there is no Windows: the Wine prefix whose registry says which DLL is served. */
  readonly winePrefix?: string;
}

/** Who is told what the emulator does, a line each. */
export interface EmulatorListener {
  /** Something that takes a while begins. */
  progress(step: string): void;
  /** Calls are taken at an address from now on; `reload` has the policy loaded anew. */
  listening(address: string, reload: () => Promise<void>): void;
  /** What it writes to stdout besides. */
  out(line: string): void;
  /** What it writes to stderr, and the log of the security DLL and the policy. */
  err(line: string): void;
  /** The trace, as it is written. */
  readonly trace?: (line: TraceLine) => void;
}

/** A file that this system can tell of: no bare name, and under Wine no path with a drive. */
const LOCAL_PATH = process.platform === 'win32' ? /[/\\]/ : /^(?![a-z]:).*\//i;

/** How long the emulator may take to end its dialogs when it is told to stop. */
const STOP_MS = 15_000;

/**
 * Serves calls with the RAS server emulator until it stops by itself or `stop` is aborted, and
 * leaves no process behind.
 *
 * @param policy - full path, or undefined for a security DLL that is not ours
 * @param emulatorArguments - further arguments of ras-server.exe
 * @returns the emulator's exit code
 * @throws RasshostError RASSHOST_E_OPTION, RASSHOST_E_WINE, RASSHOST_E_NATIVE_NOT_FOUND,
 * RASSHOST_E_STOPPED, all before any call is served
 */
export async function runEmulator(
  policy: string | undefined,
  options: EmulatorOptions,
  emulatorArguments: readonly string[],
  listener: EmulatorListener,
  stop: AbortSignal,
): Promise<number> {
  checkFiles(options);
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-emulate-'));
  const log = options.log === undefined ? join(directory, 'log.txt') : resolve(options.log);
  const err = (line: string): void => listener.err(inLocalTerms(line));
  const tails: Tail[] = [];
  const progress = (step: string): void => listener.progress(stop.aborted ? 'stopping' : step);
  const onStop = (): void => progress('');
  stop.addEventListener('abort', onStop);
  let host: WindowsHost | undefined;
  try {
    progress(process.platform === 'win32' ? 'preparing' : 'starting Wine');
    host = await openWindowsHost({
      ...(options.winePrefix === undefined ? {} : { winePrefix: options.winePrefix }),
      progress,
      stop,
    });
    if (stop.aborted) throw new RasshostError('RASSHOST_E_STOPPED', 'before a call was taken');
    const trace = listener.trace && !options.trace ? join(directory, 'trace') : options.trace;
    const command = [
      ...serverCommand(host, policy, options),
      ...(await prepare(host, policy, log, { ...options, trace })),
      ...emulatorArguments,
    ];
    progress('starting the RAS server');
    if (options.log === undefined) tails.push(new Tail(log, err));
    if (trace !== undefined && listener.trace) tails.push(tailTrace(trace, listener.trace));
    return await serve(host, command, directory, { ...listener, err }, stop);
  } finally {
    stop.removeEventListener('abort', onStop);
    await host?.close();
    for (const tail of tails) tail.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Passes on whole lines of a file that grows. */
class Tail {
  readonly #lines: LineSplitter;
  readonly #tail: LogTail;
  readonly #mayBeTorn: boolean;

  /** @param mayBeTorn - the last line is of no use when it has no end */
  constructor(file: string, onLine: (line: string) => void, mayBeTorn = false) {
    this.#mayBeTorn = mayBeTorn;
    this.#lines = new LineSplitter(onLine);
    this.#tail = new LogTail(file, (text) => this.#lines.take(text));
  }

  close(): void {
    this.#tail.close();
    if (!this.#mayBeTorn) this.#lines.end();
  }
}

/** @throws RasshostError RASSHOST_E_OPTION for a file or directory that can't be used */
function checkFiles({ dll, log, tapeDirectory, trace }: EmulatorOptions): void {
  if (dll !== undefined && LOCAL_PATH.test(dll)) checkNamedFile('--dll', dll);
  if (tapeDirectory !== undefined) {
    checkWritableDirectory('--tape-directory', resolve(tapeDirectory));
  }
  if (log !== undefined) checkWritableDirectory('--log', dirname(resolve(log)));
  if (trace === undefined) return;
  const stats = statSync(trace, { throwIfNoEntry: false });
  if (stats === undefined) checkWritableDirectory('--trace', dirname(resolve(trace)));
  else if (!stats.isFile()) {
    throw new RasshostError('RASSHOST_E_OPTION', `--trace: ${trace} is not a file`);
  }
}

function tailTrace(file: string, onLine: (line: TraceLine) => void): Tail {
  // The emulator would empty it, too, but only after we have begun to read.
  if (existsSync(file)) truncateSync(file);
  // An emulator that crashes, or is killed, may leave the last line unfinished.
  return new Tail(file, (line) => onLine(JSON.parse(line) as TraceLine), true);
}

/** The program that is the RAS server, and its first arguments. */
function serverCommand(
  host: WindowsHost,
  policy: string | undefined,
  { node = host.node, placement }: EmulatorOptions,
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
  options: EmulatorOptions,
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
  listener: EmulatorListener,
  stop: AbortSignal,
): Promise<number> {
  const files = [join(directory, 'stdout.txt'), join(directory, 'stderr.txt')] as const;
  const output = files.map((file) => openSync(file, 'w'));
  const child = host.spawn(program, [...args, '--stop-on-stdin-eof'], {
    stdio: ['pipe', ...output],
  });
  output.forEach(closeSync);
  let isListening = false as boolean;
  const onOutput = (line: string): void => {
    const [, address] = /^listening (\S+)$/.exec(line) ?? [];
    isListening ||= address !== undefined;
    if (address === undefined) listener.out(line);
    else listener.listening(address, () => host.setRegistry([reloadRequest()]));
  };
  const tails = [new Tail(files[0], onOutput), new Tail(files[1], (line) => listener.err(line))];
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
      listener.err(`the emulator did not stop within ${STOP_MS / 1000} s and is killed`);
      child.kill('SIGKILL');
      await exited;
    }
  } finally {
    for (const tail of tails) tail.close();
  }
  if (stop.aborted && !isListening) {
    throw new RasshostError('RASSHOST_E_STOPPED', 'before a call was taken');
  }
  return exitCode(child);
}
