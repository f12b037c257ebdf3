import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { RELOAD_REQUEST, SETTINGS_KEY, type Settings } from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { type Cell, type Bound, BOUND_SECONDS, type Outcome } from './kill-matrix-cell';
import { grantOf, SuccessRule, type Begun } from './kill-matrix-grants';
import {
  ENDED,
  GO,
  GO_ON_LOADING,
  LOADING,
  MOMENTS,
  ORDER_FOR_DIALOG,
  ORDER_FOR_LOAD,
  STRUCK,
  type Fault,
  type Moment,
  type Order,
} from './kill-matrix-order';
import { logged, servePolicy } from './our-dll';
import { RasServer, until, type Caller, type TraceLine } from './ras-server';

const POLICY = resolve(__dirname, '../wine/policies/kill-matrix.ts');

/** Ends the worker, and with it all that it serves. */
const LETHAL: ReadonlySet<Fault> = new Set<Fault>([
  'worker killed',
  'worker suspended',
  'worker floods',
  'garbage frame',
  'truncated frame',
  'wrong session',
  'channel closed',
  'event loop blocked',
  'out of memory in the worker',
]);

/** Keeps a policy from being loaded, and so a worker from serving anybody. */
const REFUSED_AT_LOAD: ReadonlySet<Fault> = new Set<Fault>([
  'policy throws',
  'policy never answers',
]);

/** Noticed only when something does not come in time. */
const SLOW: ReadonlySet<Fault> = new Set<Fault>([
  'worker suspended',
  'worker floods',
  'policy never answers',
  'event loop blocked',
]);

/** Of the lethal ones: noticed without reading the channel, which waits for Complete. */
const NOTICED_INSIDE_COMPLETE: ReadonlySet<Fault> = new Set<Fault>([
  'worker killed',
  'worker suspended',
  'channel closed',
  'event loop blocked',
  'out of memory in the worker',
]);

/** Not the worker's doing. */
const FROM_OUTSIDE: ReadonlySet<Fault> = new Set<Fault>([
  'caller hangs up',
  'RAS ends',
  'service stops',
]);

const AFTER_VERDICT: ReadonlySet<Moment> = new Set<Moment>([
  'verdict sent',
  'inside Complete',
  'during hold',
]);

const SUBJECT = 'subject';

/** While this file is there, the emulator keeps Complete from returning. */
const GATE = 'complete-gate';

/** How long a dialog lasts that nobody else ends. */
const LONG_SECONDS = 600;

/** For what a busy machine may do at its own pace; docs/kill-matrix.md names it. */
const NOISE_MS = 10_000;

const ARGUMENTS: Partial<Record<Fault, readonly string[]>> = {
  'RAS ends': ['--dialog-timeout', '3', '--end-again'],
  'Rasman error': [
    ...['--fault', 'send-error=614@50'],
    ...['--fault', 'receive-error=610@50'],
    ...['--fault', 'getinfo-error=31@1'],
  ],
  'receive event without data': [
    ...['--fault', 'spurious-event=0@1'],
    ...['--fault', 'spurious-event=0@3'],
  ],
};

/** A call that the security DLL knows of. */
interface Dialled extends Begun {
  readonly caller: Caller;
}

/** A RAS server, and the rule that holds for all of its dialogs. */
interface Service {
  readonly server: RasServer;
  readonly successes: SuccessRule;
}

/** One fault at all moments, on real binaries: what comes of it, and which rules are broken. */
export class FaultRun {
  readonly cells: Cell[] = [];
  #running: Service | undefined;
  /** DialogSeconds of those who dial now. */
  #dialogSeconds = LONG_SECONDS;
  #stranger: Dialled | undefined;

  constructor(
    private readonly host: WindowsHost,
    private readonly fault: Fault,
  ) {}

  async run(): Promise<void> {
    try {
      for (const moment of MOMENTS) {
        if (!this.#running) await this.#start();
        this.cells.push(await this.#cell(moment));
        if (moment === 'before handshake') await this.#invite();
      }
      await this.#stop();
    } catch (cause) {
      throw new Error([String(cause), ...this.#broken()].join('; '), { cause });
    } finally {
      await this.#running?.server.dispose();
    }
  }

  get #service(): Service {
    if (!this.#running) throw new Error('the service does not run');
    return this.#running;
  }

  get #server(): RasServer {
    return this.#service.server;
  }

  async #start(): Promise<void> {
    const { fault, host } = this;
    const settings: Partial<Settings> = {
      startSeconds: BOUND_SECONDS.StartSeconds,
      silenceSeconds: BOUND_SECONDS.SilenceSeconds,
      holdSeconds: BOUND_SECONDS.HoldSeconds,
      dialogSeconds: this.#dialogSeconds,
      memoryMegabytes: fault === 'out of memory in the worker' ? 192 : 2048,
      ...(fault === 'log disk full' && { log: host.toWindows('/dev/full') }),
    };
    const directory = RasServer.newDirectory();
    const server = await servePolicy(host, POLICY, {
      directory,
      settings,
      env: { KILL_MATRIX: host.toWindows(directory) },
      args: ['--complete-gate', host.toWindows(join(directory, GATE)), ...(ARGUMENTS[fault] ?? [])],
    });
    this.#running = { server, successes: new SuccessRule(server) };
  }

  /** Lets somebody in whose worker is another than that of all who come later. */
  async #invite(): Promise<void> {
    if (this.fault === 'service stops' || this.fault === 'RAS ends') return;
    this.#stranger = await this.#bystander();
    await this.#reload();
    if (this.fault !== 'log disk full') await logged(this.#server, /event 1004 policy reloaded/);
  }

  /** With the bound on dialogs that is right for this fault. */
  async #reload(): Promise<void> {
    if (this.fault === 'policy never answers') this.#dialogSeconds = BOUND_SECONDS.DialogSeconds;
    await this.host.setRegistry([
      { key: SETTINGS_KEY, name: 'DialogSeconds', data: this.#dialogSeconds },
      { key: SETTINGS_KEY, name: RELOAD_REQUEST, data: randomUUID() },
    ]);
  }

  async #stop(): Promise<void> {
    if (this.#stranger) await this.#answers(this.#stranger, 'stranger');
    this.#stranger = undefined;
    const code = await this.#server.stop();
    const broken = this.#broken();
    await this.#server.dispose();
    this.#running = undefined;
    if (code !== 0 || broken.length > 0) {
      throw new Error(`the server ended with ${code}: ${broken.join(', ')}`);
    }
  }

  /** What the RAS server that runs has seen go wrong, whatever the moment. */
  #broken(): string[] {
    if (!this.#running) return [];
    const { server, successes } = this.#running;
    return [
      ...successes.problems(),
      ...server.rules().map((rule) => `rule broken: ${String(rule)}`),
    ];
  }

  async #cell(moment: Moment): Promise<Cell> {
    const { fault } = this;
    const problems: string[] = [];
    for (const name of [STRUCK, LOADING, ENDED, GO, GO_ON_LOADING]) this.#remove(name);

    const early = moment === 'before handshake';
    const late = moment === 'during reload';
    let mate = early || late || fault === 'RAS ends' ? undefined : await this.#bystander();
    if (moment === 'inside Complete') this.#put(GATE);
    this.#order(early ? ORDER_FOR_LOAD : ORDER_FOR_DIALOG, moment);
    const subject = await this.#dial();
    if (early && fault !== 'RAS ends') mate = await this.#dial();
    await this.#reach(moment, subject);
    if (late) {
      if (fault !== 'RAS ends') mate = await this.#bystander();
      this.#put(GO);
    }
    await this.#there(STRUCK);

    let since = performance.now();
    const stopped = this.#strike(moment, subject);
    if (fault === 'RAS ends' && !early && moment !== 'inside Complete') {
      mate = await this.#bystander();
    }
    if (mate && !LETHAL.has(fault) && !stopped) mate.caller.types('mate\r');
    if (!AFTER_VERDICT.has(moment) && !FROM_OUTSIDE.has(fault)) {
      subject.caller.types(
        fault === 'Rasman error' && !early ? `${'x'.repeat(60)}\r` : `${SUBJECT}\r`,
      );
    }
    if (moment === 'during reload' && SLOW.has(fault)) this.#put(GO_ON_LOADING);
    if (moment === 'inside Complete') await this.#leaveComplete(subject, mate);
    if (fault === 'RAS ends' && !AFTER_VERDICT.has(moment)) {
      await this.#traced(subject, (line) => line.call === 'RasSecurityDialogEnd');
      since = performance.now();
    }

    const outcome = await this.#outcome(subject);
    const ms = performance.now() - since;
    this.#put(ENDED);
    this.#put(GO_ON_LOADING);
    if (early) this.#put(GO);
    const mates = mate && (await this.#outcome(mate));
    problems.push(...this.#judge(subject, outcome, mate && this.#mateExpects(early), mates));
    // Whoever calls before that waits for the same start, and fails with it.
    if (early && LETHAL.has(fault)) await logged(this.#server, /worker lost/);
    if (stopped) {
      const code = await stopped;
      if (code !== 0) problems.push(`the service ended with ${code}`);
      problems.push(...this.#broken());
      await this.#server.dispose();
      this.#running = undefined;
      await this.#start();
    }
    await this.#answers(await this.#dial(), 'next');

    const bound = boundOf(fault, moment, outcome);
    if (ms > (bound ? BOUND_SECONDS[bound] * 1000 : 0) + NOISE_MS) {
      problems.push(`it took ${Math.round(ms)} ms`);
    }
    return {
      fault,
      moment,
      outcome: outcome.outcome,
      dwError: outcome.dwError,
      bound,
      ms: Math.round(ms),
      mate: mates?.outcome,
      problems,
    };
  }

  /** Leads the subject to the moment, as far as it needs anybody else. */
  async #reach(moment: Moment, subject: Dialled): Promise<void> {
    if (moment === 'byte arrived') {
      subject.caller.types('x');
    } else if (moment === 'inside Complete') {
      await this.#completed(subject);
      this.#put(GO);
    } else if (moment === 'during reload') {
      await subject.caller.sees('Name: ');
      this.#order(ORDER_FOR_LOAD, moment);
      await this.#reload();
      await this.#there(LOADING);
    }
  }

  /** What of the fault is not the worker's doing. The exit code to come, when it was a stop. */
  #strike(moment: Moment, subject: Dialled): Promise<number> | undefined {
    if (this.fault === 'caller hangs up') subject.caller.hangUp();
    const stopped = this.fault === 'service stops' ? this.#server.stop() : undefined;
    if (AFTER_VERDICT.has(moment) && FROM_OUTSIDE.has(this.fault)) this.#put(GO);
    return stopped;
  }

  /** Opens Complete when the fault has done inside it what it can. */
  async #leaveComplete(subject: Dialled, mate: Dialled | undefined): Promise<void> {
    // The mate is told of the loss, which waits at the gate as well.
    if (NOTICED_INSIDE_COMPLETE.has(this.fault) && mate) await this.#completed(mate);
    if (FROM_OUTSIDE.has(this.fault)) {
      await this.#traced(subject, (line) => line.call === 'RasSecurityDialogEnd');
    }
    this.#remove(GATE);
  }

  /** The rules that must hold in every cell. */
  *#judge(
    subject: Dialled,
    outcome: Outcome,
    expected: string | undefined,
    mate: Outcome | undefined,
  ): Generator<string> {
    yield* this.#broken();
    if (outcome.outcome === 'success') {
      if (outcome.userName !== SUBJECT) yield `SUCCESS for ${outcome.userName}`;
      if (LETHAL.has(this.fault) && grantOf(this.#server, subject.session)?.struck !== false) {
        yield 'SUCCESS, not granted before the fault that ends the worker';
      }
    }
    const lines = this.#server.trace().filter((line) => line['hPort'] === subject.hPort);
    const calls = (name: string) => lines.filter((line) => line.call === name);
    const [end] = calls('RasSecurityDialogEnd');
    const held = lines.some((line) => line.return === 'RasSecurityDialogEnd' && line.result === 0);
    const completes = calls('RasSecurityDialogComplete').length;
    if (completes !== (end?.['abnormal'] === true ? 0 : 1) + (held ? 1 : 0)) {
      yield `${completes} times Complete`;
    }
    if (mate?.outcome !== expected) yield `the mate: ${JSON.stringify(mate)}`;
  }

  /** What becomes of the other dialog of the same worker. */
  #mateExpects(early: boolean): string {
    if (LETHAL.has(this.fault) || (early && REFUSED_AT_LOAD.has(this.fault))) return 'error';
    return this.fault === 'service stops' ? 'ended' : 'success';
  }

  async #dial(): Promise<Dialled> {
    const isBegin = (line: TraceLine) => line.call === 'RasSecurityDialogBegin';
    const session = this.#server.trace().filter(isBegin).length + 1;
    const caller = await this.#server.call();
    const begin = await this.#server.traced(isBegin, session);
    const dialled = { caller, hPort: begin['hPort'], session, seconds: this.#dialogSeconds };
    this.#service.successes.add(dialled);
    return dialled;
  }

  /** Somebody who has been asked, and who answers later. */
  async #bystander(): Promise<Dialled> {
    const dialled = await this.#dial();
    await dialled.caller.sees('Name: ');
    return dialled;
  }

  /** Answers, and must be let in for it. */
  async #answers(dialled: Dialled, name: string): Promise<void> {
    dialled.caller.types(`${name}\r`);
    const outcome = await this.#outcome(dialled);
    if (outcome.outcome !== 'success' || outcome.userName !== name) {
      throw new Error(`${name}: ${JSON.stringify(outcome)}`);
    }
  }

  async #outcome(dialled: Dialled): Promise<Outcome> {
    const line = await this.#traced(dialled, ({ outcome }) => outcome !== undefined);
    const { outcome = '', userName, dwError } = line as Partial<Outcome>;
    return { outcome, userName, dwError };
  }

  #completed(dialled: Dialled): Promise<TraceLine> {
    return this.#traced(dialled, (line) => line.call === 'RasSecurityDialogComplete');
  }

  #traced({ hPort }: Dialled, matches: (line: TraceLine) => boolean): Promise<TraceLine> {
    return this.#server.traced((line) => line['hPort'] === hPort && matches(line));
  }

  #order(file: string, moment: Moment): void {
    const foreignSession = this.#stranger?.session ?? Number.MAX_SAFE_INTEGER;
    const order: Order = { moment, fault: this.fault, foreignSession };
    // Renamed, so that nobody reads half of it.
    writeFileSync(this.#shared('order'), JSON.stringify(order));
    renameSync(this.#shared('order'), this.#shared(file));
  }

  #put(name: string): void {
    writeFileSync(this.#shared(name), '');
  }

  #remove(name: string): void {
    rmSync(this.#shared(name), { force: true });
  }

  #there(name: string): Promise<true> {
    return until(`the file ${name}`, () => existsSync(this.#shared(name)));
  }

  #shared(name: string): string {
    return join(this.#server.directory, name);
  }
}

/** The bound that has ended a dialog; none: it was over as soon as the fault was there. */
function boundOf(fault: Fault, moment: Moment, { dwError }: Outcome): Bound | undefined {
  // A refusal that the policy has not asked for by throwing.
  if (dwError === 1610 && fault !== 'policy throws') return 'self-check';
  if (dwError === 1053) return 'StartSeconds';
  if (dwError === 1460) return 'SilenceSeconds';
  if (dwError === 638) return 'DialogSeconds';
  if (moment === 'during hold' && SLOW.has(fault)) return 'HoldSeconds';
  return undefined;
}
