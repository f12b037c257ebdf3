import { Console } from 'node:console';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join, parse } from 'node:path';
import { SYSTEM_CLOCK } from '../time/clock';
import { RasshostError } from '../errors';
import { ERROR_PORT_DISCONNECTED } from '../rasman/codes';
import type { SimulatedOutcome } from '../simulated/call';
import { joinLine } from '../simulator/join-line';
import { JsonReporter } from '../simulator/json-reporter';
import { PolicyFile } from '../simulator/policy-file';
import type { Reporter } from '../simulator/reporter';
import { readScript } from '../simulator/scp/parse-script';
import { openSerialPort } from '../simulator/serial-port';
import { Simulator, type SimulatedCallToPolicy } from '../simulator/simulator';
import { listen, parseTcpAddress } from '../simulator/tcp-server';
import { Telnet } from '../simulator/telnet';
import { callFromTerminal, wantsAnotherCall } from '../simulator/terminal-caller';
import { TextReporter } from '../simulator/text-reporter';
import { describe } from '../dialog/describe';
import type { runDialog } from '../policy/run-dialog';
import type { Io } from './io';
import {
  checkCombination,
  scriptCredentials,
  serverOptions,
  type SimulateOptions,
} from './simulate-options';

/** The exit code tells how the call ended; a server for many calls exits with 0. */
const OUTCOME_CODES = { success: 0, failure: 1, error: 3, ended: 4 } as const;

function outcomeCode({ outcome, dwError }: SimulatedOutcome): number {
  // A policy that learns of a hang-up before the RAS server ends the call answers with an error.
  return dwError === ERROR_PORT_DISCONNECTED ? OUTCOME_CODES.ended : OUTCOME_CODES[outcome];
}

/** For what only some calls need: the first prompt is not to wait for it. */
const load = createRequire(__filename);

/** As docs/adminregistry.md says. */
const DEFAULT_DIALOG_SECONDS = 120;

/**
 * `rasshost simulate POLICY`: calls to a policy with a RAS server in TypeScript, on any system. The
 * caller is whoever sits at the terminal, or a script, or comes in at a TCP port or a serial one.
 *
 * @returns {@link OUTCOME_CODES}
 * @throws RasshostError RASSHOST_E_OPTION, as PolicyFile.load, RASSHOST_E_SCRIPT when a call does not
 *   go as the script says
 */
export async function simulate(
  policyPath: string,
  options: SimulateOptions,
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  let simulation: Simulation | undefined;
  try {
    checkCombination(options);
    const policy = await PolicyFile.load(policyPath, { loadSeconds: options.loadSeconds, stop });
    simulation = new Simulation(policy, options, io, stop);
    return await simulation.run();
  } finally {
    simulation?.close();
  }
}

/** One run of the command. */
class Simulation {
  readonly #policy: PolicyFile;
  readonly #options: SimulateOptions;
  readonly #io: Io;
  readonly #stop: AbortSignal;
  readonly #reporter: Reporter;
  readonly #simulator: Simulator;
  readonly #close = (): void => this.#reporter.close();
  /** As in the worker: a promise of the policy's that nobody awaits ends nobody's call. */
  readonly #onForgottenPromise = (reason: unknown): void =>
    this.#reporter.note(`a promise that nobody awaits has failed: ${describe(reason)}`);

  constructor(policy: PolicyFile, options: SimulateOptions, io: Io, stop: AbortSignal) {
    this.#policy = policy;
    this.#options = options;
    this.#io = io;
    this.#stop = stop;
    const server = serverOptions(options);
    this.#reporter =
      options.json === true
        ? new JsonReporter(io.stdout, io.stderr)
        : new TextReporter({
            out: io.stdout,
            err: io.stderr,
            oneCaller: options.tcp === undefined,
            explain: options.explain === true,
            status: options.status,
            budgetMs: server.budgetMs ?? DEFAULT_DIALOG_SECONDS * 1000,
            clock: SYSTEM_CLOCK,
          });
    this.#simulator = new Simulator({
      server,
      ...(options.record !== undefined && { run: this.#recorder(options.record) }),
      ...(options.baud !== undefined && { baud: options.baud }),
      onEvent: (event) => this.#reporter.event(event),
    });
    if (options.json === true && io.stdout === process.stdout) {
      // What the policy writes to the console is no JSON.
      globalThis.console = new Console(process.stderr);
    }
    // A policy that crashes the process must not leave the terminal changed.
    process.once('exit', this.#close);
    process.on('unhandledRejection', this.#onForgottenPromise);
    if (options.watch === true) {
      policy.watch((error) =>
        this.#reporter.note(error ? `the policy stays: ${error.message}` : 'the policy is new'),
      );
    }
  }

  async run(): Promise<number> {
    const { tcp, serial, script } = this.#options;
    if (tcp !== undefined) return this.#serveTcp(tcp);
    if (serial !== undefined) return this.#serveSerial(serial);
    if (script !== undefined) return this.#runScript(script);
    return this.#serveTerminal();
  }

  close(): void {
    process.off('exit', this.#close);
    process.off('unhandledRejection', this.#onForgottenPromise);
    this.#policy.close();
    this.#reporter.close();
  }

  /** Runs dialogs with a tape of each: FILE, and for further calls FILE with their number. */
  #recorder(file: string): typeof runDialog {
    const { recordDialog } = load(
      '../tape/record-dialog',
    ) as typeof import('../tape/record-dialog');
    const { writeTape } = load('../tape/tape-file') as typeof import('../tape/tape-file');
    return async (transaction, policy, report, options) => {
      const { dir, name, ext } = parse(file);
      const tapeFile = transaction.id === 1n ? file : join(dir, `${name}-${transaction.id}${ext}`);
      try {
        await recordDialog(
          transaction,
          policy,
          report,
          (tape) => writeTape(tapeFile, tape),
          options,
        );
      } catch (error) {
        this.#reporter.note(`there is no tape of call ${transaction.id}: ${String(error)}`);
      }
    };
  }

  #keeps(usual: boolean): boolean {
    const { keep, once: one, watch } = this.#options;
    return keep === true || watch === true || (usual && one !== true);
  }

  /** A caller dials in; when the command is to stop, they hang up. */
  #call(): SimulatedCallToPolicy {
    const call = this.#simulator.call(this.#policy.policy);
    call.line.listen((text) => this.#reporter.shown(call.port, text));
    const hangUp = (): void => call.line.hangUp();
    this.#stop.addEventListener('abort', hangUp);
    void call.over.finally(() => this.#stop.removeEventListener('abort', hangUp));
    return call;
  }

  async #serveTerminal(): Promise<number> {
    const { stdin } = this.#io;
    if (stdin?.isTTY !== true) {
      const needed = 'no terminal to call from: use --script, --tcp or --serial';
      throw new RasshostError('RASSHOST_E_OPTION', needed);
    }
    const terminal = stdin;
    this.#reporter.note('You are on the line as the caller. Ctrl-] hangs up.\n');
    for (;;) {
      const { line, over } = this.#call();
      await callFromTerminal(terminal, line);
      const code = outcomeCode(await over);
      if (!this.#keeps(false)) return code;
      this.#reporter.note('Enter calls again, Ctrl-] leaves.\n');
      if (!(await wantsAnotherCall(terminal, this.#stop))) return code;
    }
  }

  async #runScript(file: string): Promise<number> {
    const script = readScript(file);
    const credentials = scriptCredentials(this.#options);
    const { line, over } = this.#call();
    try {
      await script.run({
        line,
        credentials,
        clock: SYSTEM_CLOCK,
        note: (text) => this.#reporter.note(text),
      });
    } finally {
      line.hangUp();
      await over;
    }
    const { outcome } = await over;
    const { expectedOutcome } = script;
    if (expectedOutcome === undefined) return outcomeCode(await over);
    if (outcome === expectedOutcome) return 0;
    const problem = `${file}: expected the outcome ${expectedOutcome}, not ${outcome}`;
    throw new RasshostError('RASSHOST_E_SCRIPT', problem);
  }

  async #serveTcp(text: string): Promise<number> {
    const { telnet } = this.#options;
    const calls = new Set<Promise<unknown>>();
    let first: Promise<SimulatedOutcome> | undefined;
    const firstIsOver = new AbortController();
    const keeps = this.#keeps(true);
    const { server, address } = await listen(parseTcpAddress(text), (socket) => {
      if (!keeps && first) {
        socket.destroy();
        return;
      }
      const { line, over } = this.#call();
      first ??= over;
      const mode = telnet === undefined ? 'auto' : telnet ? 'on' : 'off';
      const done = Promise.all([over, joinLine(line, socket, new Telnet(mode))]);
      calls.add(done);
      void done.finally(() => {
        calls.delete(done);
        if (!keeps) firstIsOver.abort();
      });
    });
    this.#reporter.listening(address);
    const end = AbortSignal.any([this.#stop, firstIsOver.signal]);
    if (!end.aborted) await once(end, 'abort');
    server.close();
    await Promise.all(calls);
    return keeps || !first ? 0 : outcomeCode(await first);
  }

  async #serveSerial(path: string): Promise<number> {
    for (;;) {
      const port = await openSerialPort(path, this.#options.baud);
      this.#reporter.listening(path);
      // Without modem lines to see a call by, it begins with the first input, which only rings.
      const [yes, no] = [() => true, () => false];
      const rang = await Promise.race([
        once(port, 'data', { signal: this.#stop }).then(yes, no),
        once(port, 'close').then(no, no),
      ]);
      if (!rang) {
        port.destroy();
        return 0;
      }
      const { line, over } = this.#call();
      const [outcome] = await Promise.all([over, joinLine(line, port)]);
      if (!this.#keeps(true)) return outcomeCode(outcome);
      if (this.#stop.aborted) return 0;
    }
  }
}
