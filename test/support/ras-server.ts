import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exitCode } from '../../lib/windows/run-program';
import { openWindowsHost } from '../../lib/windows/open-windows-host';
import type { WindowsHost } from '../../lib/windows/windows-host';

/** Where the build leaves the emulator and the security DLLs that only tests use. */
const BINARIES = resolve(__dirname, '../../build/mingw-x64/bin');

/**
 * So long may pass without any progress towards what must happen: never a bound on the whole, which
 * depends on what else the machine has to do.
 */
const PATIENCE_MS = 60_000;

/** In a server's directory: the options of the next call. */
export const EACH_CALL = 'each-call.txt';

/** One line of the emulator's trace (docs/emulator.md). */
export interface TraceLine {
  readonly t: number;
  readonly port?: number;
  readonly call?: string;
  readonly return?: string;
  readonly result?: number;
  readonly outcome?: string;
  readonly rule?: string;
  readonly [key: string]: unknown;
}

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
export class RasServer {
  readonly #exit: Promise<number>;
  readonly #callers: Caller[] = [];
  readonly #trace: TraceLine[] = [];
  /** Bytes of the trace that have been read. */
  #traced = 0;

  private constructor(
    readonly process: ChildProcess,
    readonly directory: string,
  ) {
    this.#exit = once(process, 'exit').then(() => exitCode(process));
    // It may have crashed before it is told to stop.
    process.stdin?.on('error', () => {});
  }

  /** The exit code, as soon as it ends. */
  get exited(): Promise<number> {
    let code: number | undefined;
    void this.#exit.then((value) => (code = value));
    const trace = join(this.directory, 'trace.jsonl');
    return until(
      () => `the end of the emulator: ${this.#lastLines()}`,
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

  /** Where one server keeps its files. */
  static newDirectory(): string {
    return mkdtempSync(join(tmpdir(), 'ras-server-'));
  }

  static async start(host: WindowsHost, options: RasServerOptions = {}): Promise<RasServer> {
    const directory = options.directory ?? RasServer.newDirectory();
    const args = [
      '--stop-on-stdin-eof',
      ...['--trace', host.toWindows(join(directory, 'trace.jsonl'))],
      ...['--each-call', host.toWindows(join(directory, EACH_CALL))],
    ];
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

  /** The TCP port that callers dial, on 127.0.0.1. */
  get port(): number {
    return Number(/listening 127\.0\.0\.1:(\d+)/.exec(this.stdout)?.[1]);
  }

  /** Dials in. */
  async call(): Promise<Caller> {
    const socket = connect(this.port, '127.0.0.1');
    const caller = new Caller(socket);
    this.#callers.push(caller);
    await once(socket, 'connect');
    return caller;
  }

  /** Dials in for a call that has further options of the emulator, for itself alone. */
  async callWith(args: readonly string[]): Promise<Caller> {
    const file = join(this.directory, EACH_CALL);
    writeFileSync(file, args.join('\n'));
    const caller = await this.call();
    // From then on the options are the call's own.
    await this.traced((line) => isAnswerTo(line, caller));
    rmSync(file);
    return caller;
  }

  /** What has been traced so far of one call, from its Begin on. */
  traceOf(caller: Caller): TraceLine[] {
    const trace = this.trace();
    const answered = trace.findIndex((line) => isAnswerTo(line, caller));
    const lines = trace
      .slice(answered + 1)
      .filter(({ port }) => answered >= 0 && port === trace[answered]?.port);
    const next = lines.findIndex((line) => line['line'] === 'answered');
    return next < 0 ? lines : lines.slice(0, next);
  }

  /** The first line of a call's trace that matches, as soon as it is there. */
  async tracedOf(caller: Caller, matches: (line: TraceLine) => boolean): Promise<TraceLine> {
    return until(
      () => `a line like ${String(matches)} of the call: ${JSON.stringify(this.traceOf(caller))}`,
      () => this.traceOf(caller).find(matches),
      () => this.#trace.length,
    );
  }

  /** How a call has ended. */
  outcomeOf(caller: Caller): Promise<TraceLine> {
    return this.tracedOf(caller, (line) => line.outcome !== undefined);
  }

  /** What has been traced so far, the lines of one port when it is given. */
  trace(port?: number): TraceLine[] {
    this.#readTrace();
    return this.#trace.filter((line) => port === undefined || line.port === port);
  }

  /** Takes in what has been written since the last time, as far as its lines are complete. */
  #readTrace(): void {
    const file = openSync(join(this.directory, 'trace.jsonl'), 'r');
    const bytes = Buffer.alloc(fstatSync(file).size - this.#traced);
    readSync(file, bytes, 0, bytes.length, this.#traced);
    closeSync(file);
    const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
    this.#traced += whole.length;
    for (const line of whole.toString().split('\n')) {
      if (line !== '') this.#trace.push(JSON.parse(line) as TraceLine);
    }
  }

  /** The `count`th line of the trace that matches, as soon as it is there. */
  async traced(matches: (line: TraceLine) => boolean, count = 1): Promise<TraceLine> {
    return until(
      () => `line ${count} of the trace like ${String(matches)} in ${this.#lastLines()}`,
      () => this.trace().filter(matches)[count - 1],
      () => this.#trace.length,
    );
  }

  #lastLines(): string {
    return this.#trace
      .slice(-10)
      .map((line) => JSON.stringify(line))
      .join('\n');
  }

  /** The outcome of the `count`th call to end. */
  outcome(count = 1): Promise<TraceLine> {
    return this.traced((line) => line.outcome !== undefined, count);
  }

  /** The rules that the security DLL broke. */
  rules(): unknown[] {
    return this.#named('violation');
  }

  /** What it did that is no violation, but not right either. */
  warnings(): unknown[] {
    return this.#named('warning');
  }

  #named(grade: string): unknown[] {
    return this.trace()
      .filter((line) => line[grade] !== undefined)
      .map((line) => line.rule);
  }

  /** Stops it in order, and returns its exit code. */
  async stop(): Promise<number> {
    this.process.stdin?.end();
    const code = await this.#exit;
    for (const caller of this.#callers) caller.hangUp();
    return code;
  }

  /** Stops it when it still runs, and removes its files. */
  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function isAnswerTo(line: TraceLine, caller: Caller): boolean {
  return line['line'] === 'answered' && line['caller'] === caller.address;
}

/** The far end of a modem line. */
export class Caller {
  /** As the server's trace names it, once it is connected. */
  address = '';
  /** Everything received, one character a byte. */
  output = '';
  #seen = 0;
  #closed = false;
  readonly #changes = new EventEmitter();

  constructor(readonly socket: Socket) {
    const changed = (change: () => void) => {
      change();
      this.#changes.emit('change');
    };
    socket
      .setNoDelay(true)
      .setEncoding('latin1')
      .on('connect', () => (this.address = `127.0.0.1:${socket.localPort}`))
      .on('data', (text: string) => changed(() => (this.output += text)))
      .on('close', () => changed(() => (this.#closed = true)))
      .on('error', () => {});
  }

  /** Whether the line is down. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Waits until `text` comes after whatever was seen before. */
  async sees(text: string): Promise<void> {
    await this.#until(`${JSON.stringify(text)} after`, () => {
      const at = this.output.indexOf(text, this.#seen);
      if (at >= 0) this.#seen = at + text.length;
      return at >= 0;
    });
  }

  /** Waits until `text` has been received, or the server hangs up. Tells which. */
  async seesOrLoses(text: string): Promise<boolean> {
    const seen = () => this.output.includes(text);
    await this.#until(`${JSON.stringify(text)} in`, () => this.#closed || seen());
    return seen();
  }

  /** Types bytes, or text with a byte a character. */
  types(keys: string | Uint8Array): void {
    this.socket.write(typeof keys === 'string' ? Buffer.from(keys, 'latin1') : keys);
  }

  /** Waits for the server to hang up, and returns everything that was received. */
  async closed(): Promise<string> {
    await this.#until('the server to hang up after', () => this.#closed);
    return this.output;
  }

  hangUp(): void {
    this.socket.destroy();
  }

  /** Without looking again and again, since there can be many callers. */
  async #until(what: string, done: () => boolean): Promise<void> {
    let signal: AbortSignal | undefined;
    while (!done()) {
      if (this.#closed || signal?.aborted) {
        throw new Error(`waited in vain for ${what} ${JSON.stringify(this.output)}`);
      }
      signal = AbortSignal.timeout(PATIENCE_MS);
      await once(this.#changes, 'change', { signal }).catch(() => undefined);
    }
  }
}

/**
 * Returns what `done` returns, as soon as that is something. Whenever `progress` returns something
 * else than before, there is as much time left as there was at the beginning.
 */
export async function until<T>(
  what: string | (() => string),
  done: () => T | false | undefined | Promise<T | false | undefined>,
  progress: () => unknown = () => undefined,
): Promise<T> {
  let seen: unknown;
  let since = Date.now();
  for (let look = 0; ; look += 1) {
    const result = await done();
    if (result !== false && result !== undefined) return result;
    const now = progress();
    if (now !== seen) since = Date.now();
    seen = now;
    if (Date.now() - since > PATIENCE_MS) {
      throw new Error(`waited in vain for ${typeof what === 'string' ? what : what()}`);
    }
    // Less and less often, because a look costs a processor something, too.
    await delay(Math.min(5 + look / 20, 50));
  }
}
