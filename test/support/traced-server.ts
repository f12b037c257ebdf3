import { once } from 'node:events';
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { Caller } from './caller';
import { isCutOffSend } from './cut-off-send';
import { until } from './until';

/** In a server's directory: the options of the next call. */
export const EACH_CALL = 'each-call.txt';

/** In a server's directory: its trace. */
export const TRACE = 'trace.jsonl';

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

/** A running emulator, whatever it runs as: its callers, and what it has traced. */
export abstract class TracedServer {
  /** Each with the number of lines that had been traced before it dialled. */
  readonly #callers = new Map<Caller, number>();
  readonly #trace: TraceLine[] = [];
  /** Bytes of the trace that have been read. */
  #traced = 0;

  constructor(readonly directory: string) {}

  /** The TCP port that callers dial, on 127.0.0.1. */
  abstract get port(): number;

  /** Where one server keeps its files. */
  static newDirectory(): string {
    return mkdtempSync(join(tmpdir(), 'ras-server-'));
  }

  /** The emulator's arguments for the files of that directory. */
  protected static argumentsFor(host: WindowsHost, directory: string): string[] {
    return [
      ...['--trace', host.toWindows(join(directory, TRACE))],
      ...['--each-call', host.toWindows(join(directory, EACH_CALL))],
    ];
  }

  /** Dials in. */
  async call(): Promise<Caller> {
    const before = this.trace().length;
    const socket = connect(this.port, '127.0.0.1');
    const caller = new Caller(socket);
    this.#callers.set(caller, before);
    await once(socket, 'connect');
    return caller;
  }

  /** Dials in for a call that has further options of the emulator, for itself alone. */
  async callWith(args: readonly string[]): Promise<Caller> {
    const file = join(this.directory, EACH_CALL);
    writeFileSync(file, args.join('\n'));
    const caller = await this.call();
    // From then on the options are the call's own.
    await until('an answer to the call', () => this.#answerTo(caller) >= 0);
    rmSync(file);
    return caller;
  }

  /** What has been traced so far of one call, from its Begin on. */
  traceOf(caller: Caller): TraceLine[] {
    const trace = this.trace();
    const answered = this.#answerTo(caller);
    const lines = trace
      .slice(answered + 1)
      .filter(({ port }) => answered >= 0 && port === trace[answered]?.port);
    const next = lines.findIndex((line) => line['line'] === 'answered');
    return next < 0 ? lines : lines.slice(0, next);
  }

  /** The line of the trace that tells of the answer to a call; -1 if there is none yet. */
  #answerTo(caller: Caller): number {
    const before = this.#callers.get(caller) ?? 0;
    // The system gives the address of a caller who has hung up to another one.
    return this.trace().findIndex(
      (line, at) =>
        at >= before && line['line'] === 'answered' && line['caller'] === caller.address,
    );
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
    const file = openSync(join(this.directory, TRACE), 'r');
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
      () => `line ${count} of the trace like ${String(matches)} in ${this.lastLines()}`,
      () => this.trace().filter(matches)[count - 1],
      () => this.#trace.length,
    );
  }

  /** The end of the trace, for a message. */
  protected lastLines(): string {
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
    return this.trace()
      .filter((line) => line['violation'] !== undefined)
      .map((line) => line.rule);
  }

  /** What it did that is no violation, but not right either, but for {@link isCutOffSend}. */
  warnings(): unknown[] {
    const trace = this.trace();
    return trace
      .filter((line, at) => line['warning'] !== undefined && !isCutOffSend(trace, at))
      .map((line) => line.rule);
  }

  /** Hangs up on all callers who are still there. */
  hangUpAll(): void {
    for (const caller of this.#callers.keys()) caller.hangUp();
  }
}
