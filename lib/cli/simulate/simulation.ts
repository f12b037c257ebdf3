import { policyManners } from '../../policy/policy';
import type { PolicyFile } from '../../simulator/policy-file';
import { Simulator, type SimulatedCallToPolicy } from '../../simulator/simulator';
import { shownText } from '../../simulator/terminal-text';
import { untilPpp } from '../../simulator/until-ppp';
import { SYSTEM_CLOCK } from '../../time/clock';
import { logLine } from '../../dialog/dialog-log';
import { RasshostError } from '../../errors';
import type { SimulatedOutcome } from '../../simulated/call';
import { EXIT_CODES, outcomeCode } from '../exit-codes';
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
  /** Aborted by a signal alone. */
  readonly #signal: AbortSignal;
  readonly #quit = new AbortController();
  readonly #simulator: Simulator;
  #tapesAreMissing = false;

  /** @throws RasshostError RASSHOST_E_EXISTS, RASSHOST_E_OPTION for a tape that can't be written */
  constructor({ policy, options, io, voice, stop }: SimulationParts) {
    this.policy = policy;
    this.options = options;
    this.io = io;
    this.voice = voice;
    this.#signal = stop;
    this.stop = AbortSignal.any([stop, this.#quit.signal]);
    const { record, baud, tcp, serial, script } = options;
    const server = serverOptions(options);
    const run = record === undefined ? undefined : recorder(record, (why) => this.#noTape(why));
    this.reporter =
      options.json === true
        ? new JsonReporter(io.stdout)
        : new TextReporter(voice, {
            oneCaller: tcp === undefined,
            isCaller: [tcp, serial, script].every((other) => other === undefined),
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
    const stop = this.#signal;
    const { policy } = this.policy;
    const { codePage } = policyManners(policy);
    const call = this.#simulator.call(policy);
    call.line.listen(untilPpp((bytes) => this.reporter.shown(shownText(bytes, codePage))));
    const hangUp = (): void => {
      this.voice.progress(stop.aborted ? 'stopping; Ctrl-C once more ends at once' : 'stopping');
      call.line.hangUp();
    };
    this.stop.addEventListener('abort', hangUp);
    void call.over.finally(() => this.stop.removeEventListener('abort', hangUp));
    return call;
  }

  /**
   * How the one call has ended that there was to be.
   *
   * @param outcome - undefined when nobody has called
   * @throws RasshostError RASSHOST_E_STOPPED when the command was stopped before that was decided
   */
  result(outcome: SimulatedOutcome | undefined): SimulatedOutcome {
    const isHungUp = outcome === undefined || outcomeCode(outcome) === EXIT_CODES.hungUp;
    if (outcome !== undefined && !(this.stop.aborted && isHungUp)) return outcome;
    throw new RasshostError('RASSHOST_E_STOPPED', 'stopped before the call was over');
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
    this.policy.close();
    this.reporter.close();
  }

  #noTape(problem: string): void {
    this.#tapesAreMissing = true;
    this.voice.warning(problem);
  }
}
