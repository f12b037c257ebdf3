import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exitCode } from '../../lib/windows/run-program';
import { openWindowsHost } from '../../lib/windows/open-windows-host';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { TRACE, TracedServer } from './traced-server';
import { until } from './until';

export { Caller } from './caller';
export { EACH_CALL, type TraceLine } from './traced-server';
export { until } from './until';

/** Where the build leaves the emulator and the security DLLs that only tests use. */
const BINARIES = resolve(__dirname, '../../build/mingw-x64/bin');

export interface RasServerOptions {
  /** From {@link RasServer.newDirectory}; a new one by default. */
  readonly directory?: string;
  /** Name of a security DLL beside the emulator, or a Windows path; none: the registry's. */
  readonly dll?: string;
  readonly args?: readonly string[];
  /** A program that is the RAS server instead of ras-server.exe, and its first arguments. */
  readonly program?: readonly [string, ...string[]];
  /** Environment of the server, which the tests' security DLLs read. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A Windows machine for RAS servers. */
export async function openMachine(): Promise<WindowsHost> {
  return openWindowsHost();
}

/** The Windows path of a file that the build has made. */
export function binary(host: WindowsHost, name: string): string {
  return host.toWindows(localBinary(name));
}

/** The same file's path on this system. */
export function localBinary(name: string): string {
  return join(BINARIES, name);
}

/** Runs the emulator with arguments that keep it from serving, to its end. */
export function runRasServer(host: WindowsHost, args: readonly string[]) {
  return host.run(localBinary('ras-server.exe'), args);
}

/** ras-server.exe while it serves. */
export class RasServer extends TracedServer {
  readonly #exit: Promise<number>;

  private constructor(
    readonly process: ChildProcess,
    directory: string,
  ) {
    super(directory);
    this.#exit = once(process, 'exit').then(() => exitCode(process));
    // It may have crashed before it is told to stop.
    process.stdin?.on('error', () => {});
  }

  /** The exit code, as soon as it ends. */
  get exited(): Promise<number> {
    let code: number | undefined;
    void this.#exit.then((value) => (code = value));
    const trace = join(this.directory, TRACE);
    return until(
      () => `the end of the emulator: ${this.lastLines()}`,
      () => code,
      () => statSync(trace, { throwIfNoEntry: false })?.size,
    );
  }

  get stdout(): string {
    return readFileSync(join(this.directory, 'stdout.txt'), 'utf8');
  }

  get stderr(): string {
    return readFileSync(join(this.directory, 'stderr.txt'), 'utf8');
  }

  static async start(host: WindowsHost, options: RasServerOptions = {}): Promise<RasServer> {
    const directory = options.directory ?? RasServer.newDirectory();
    const args = ['--stop-on-stdin-eof', ...this.argumentsFor(host, directory)];
    if (options.dll !== undefined) {
      args.push('--dll', options.dll.includes('\\') ? options.dll : binary(host, options.dll));
    }
    const [program, ...first] = options.program ?? [localBinary('ras-server.exe')];
    const launch = () =>
      RasServer.launch(
        host,
        directory,
        program,
        [...first, ...args, ...(options.args ?? [])],
        options.env,
      );
    try {
      return await launch();
    } catch (error) {
      // Once in some thousand starts of Wine 8 this system's own loader gives up while Wine loads
      // a library of its own: none of the emulator's code has run.
      if (!String(error).includes('Inconsistency detected by ld.so')) throw error;
      return launch();
    }
  }

  private static async launch(
    host: WindowsHost,
    directory: string,
    program: string,
    args: readonly string[],
    env: RasServerOptions['env'],
  ): Promise<RasServer> {
    // To files, because node.exe can't write to a pipe of this system.
    const output = openSync(join(directory, 'stdout.txt'), 'w');
    const errors = openSync(join(directory, 'stderr.txt'), 'w');
    const child = host.spawn(program, args, {
      stdio: ['pipe', output, errors],
      // Told from the processes of other servers by this.
      env: { ...env, RAS_SERVER_DIRECTORY: directory },
    });
    closeSync(output);
    closeSync(errors);
    const server = new RasServer(child, directory);
    const listening = until('the emulator to listen', () => server.stdout.includes('listening'));
    const failed = server.#exit.then((code) => {
      if (!server.stdout.includes('listening')) throw new Error(`exit ${code}: ${server.stderr}`);
    });
    await Promise.race([listening, failed]);
    failed.catch(() => {});
    return server;
  }

  override get port(): number {
    return Number(/listening 127\.0\.0\.1:(\d+)/.exec(this.stdout)?.[1]);
  }

  /** Stops it in order, and returns its exit code. */
  async stop(): Promise<number> {
    this.process.stdin?.end();
    const code = await this.#exit;
    this.hangUpAll();
    return code;
  }

  /** Stops it when it still runs, and removes its files. */
  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
