import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { policyManners } from '../../policy/policy';
import type { PolicyFile } from '../../simulator/policy-file';
import { Simulator, type SimulatedCallToPolicy } from '../../simulator/simulator';
import { shownText } from '../../simulator/terminal-text';
import { untilPpp } from '../../simulator/until-ppp';
import { SYSTEM_CLOCK } from '../../time/clock';
import { describe } from '../../dialog/describe';
import { logLine } from '../../dialog/dialog-log';
import type { Io } from '../io';
import { serverOptions, type SimulateOptions } from '../simulate-options';
import type { Voice } from '../voice/voice';
import { JsonReporter } from './json-reporter';
import { recorder } from './recorder';
import type { Reporter } from './reporter';
import { TextReporter } from './text-reporter';

/** As docs/adminregistry.md says. */
const DEFAULT_DIALOG_SECONDS = 120;

/** What a run of `rasshost simulate` is about. */
export interface SimulationParts {
  readonly policy: PolicyFile;
  readonly options: SimulateOptions;
  readonly io: Io;
  readonly voice: Voice;
  /** Aborted when the user has had enough. */
  readonly stop: AbortSignal;
}

/** One run of `rasshost simulate`: a policy, the RAS server, and who is told. */
export class Simulation {
  readonly policy: PolicyFile;
  readonly options: SimulateOptions;
  readonly io: Io;
  readonly voice: Voice;
  /** Aborted when the user has had enough, by a signal or by {@link quit}. */
  readonly stop: AbortSignal;
  readonly reporter: Reporter;
  /** Told that the policy asks its caller something, where there is one at a time. */
  onAsked = (): void => undefined;
  readonly #quit = new AbortController();
  readonly #simulator: Simulator;
  #tapesAreMissing = false;
  readonly #close = (): void => this.voice.close();
  /** As in the worker: a promise of the policy's that nobody awaits ends nobody's call. */
  readonly #onForgottenPromise = (reason: unknown): void =>
    this.voice.warning(`a promise that nobody awaits has failed: ${describe(reason)}`);

  /** @throws RasshostError RASSHOST_E_EXISTS, RASSHOST_E_OPTION for a tape that can't be written */
  constructor({ policy, options, io, voice, stop }: SimulationParts) {
    this.policy = policy;
    this.options = options;
    this.io = io;
    this.voice = voice;
    this.stop = AbortSignal.any([stop, this.#quit.signal]);
    const { record, baud } = options;
    const server = serverOptions(options);
    const run = record === undefined ? undefined : recorder(record, (why) => this.#noTape(why));
    this.reporter =
      options.json === true
        ? new JsonReporter(io.stdout)
        : new TextReporter(voice, {
            oneCaller: options.tcp === undefined,
            explain: options.explain === true,
            budgetMs: (server.dialogSeconds ?? DEFAULT_DIALOG_SECONDS) * 1000,
            clock: SYSTEM_CLOCK,
          });
    this.#simulator = new Simulator({
      server,
      ...(run && { run }),
      ...(baud !== undefined && { baud }),
      log: (entry) => voice.log(logLine(entry)),
      onEvent: (event) => {
        this.reporter.event(event);
        if ('dialog' in event && event.dialog === 'asked') this.onAsked();
      },
    });
    if (io.stdout === process.stdout) globalThis.console = new Console(this.#consoleStream());
    // A policy that crashes the process must not leave the terminal changed.
    process.once('exit', this.#close);
    process.on('unhandledRejection', this.#onForgottenPromise);
    if (options.watch === true) policy.watch();
  }

  /** Whether a tape that was asked for could not be written. */
  get tapesAreMissing(): boolean {
    return this.#tapesAreMissing;
  }

  /** Whether further calls are waited for. */
  keeps(usual: boolean): boolean {
    const { keep, once, watch } = this.options;
    return keep === true || watch === true || (usual && once !== true);
  }

  /** A caller dials in; when the command is to stop, they hang up. */
  call(): SimulatedCallToPolicy {
    const { policy } = this.policy;
    const { codePage } = policyManners(policy);
    const call = this.#simulator.call(policy);
    call.line.listen(untilPpp((bytes) => this.reporter.shown(shownText(bytes, codePage))));
    const hangUp = (): void => call.line.hangUp();
    this.stop.addEventListener('abort', hangUp);
    void call.over.finally(() => this.stop.removeEventListener('abort', hangUp));
    return call;
  }

  /** The user wants the policy to be loaded anew. */
  reload(): void {
    this.voice.progress(`loading ${this.policy.file}`);
    this.policy.reload();
  }

  /** The user has had enough. */
  quit(): void {
    this.#quit.abort();
  }

  close(): void {
    process.off('exit', this.#close);
    process.off('unhandledRejection', this.#onForgottenPromise);
    this.policy.close();
    this.reporter.close();
  }

  #noTape(problem: string): void {
    this.#tapesAreMissing = true;
    this.voice.warning(problem);
  }

  /** What the policy writes to the console is no part of the dialog, and no JSON. */
  #consoleStream(): Writable {
    return new Writable({
      decodeStrings: false,
      write: (text: string, _encoding, done) => {
        this.voice.warning(text.replace(/\n$/, ''));
        done();
      },
    });
  }
}
