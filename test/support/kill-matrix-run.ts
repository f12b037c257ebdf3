import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { PENDING, SUCCESS } from '../../lib/rasman/codes';
import { RELOAD_REQUEST, SETTINGS_KEY, type Settings } from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { completesAroundStop } from './completes-around-stop';
import { isCutOffSend } from './cut-off-send';
import { boundsFor, LONG_SECONDS } from './kill-matrix-bounds';
import type { Cell, Outcome } from './kill-matrix-cell';
import { endingOf } from './kill-matrix-ending';
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
import { MatrixService, startPrivateHost, type MatrixServer } from './kill-matrix-server';
import { logged, newsOfLog } from './our-dll';
import { RasServer, until, type Caller, type TraceLine } from './ras-server';
import { withSpy } from './system-spy';
import type { TracedServer } from './traced-server';

const POLICY = resolve(__dirname, '../wine/policies/kill-matrix.ts');

/** Ends the worker, and with it all that it serves. */
const LETHAL: ReadonlySet<Fault> = new Set<Fault>([
  'worker killed',
  'worker suspended',
  'garbage frame',
  'truncated frame',
  'wrong session',
  'channel closed',
  'event loop blocked',
  'out of memory in the worker',
]);

/** Keeps a worker from serving anybody when it comes while the policy is loaded. */
const LETHAL_AT_LOAD: ReadonlySet<Fault> = new Set<Fault>([
  'worker floods',
  'policy throws',
  'policy never answers',
]);

/** Noticed only when something does not come in time. */
const SLOW: ReadonlySet<Fault> = new Set<Fault>([
  'worker suspended',
  'policy never answers',
  'event loop blocked',
]);

/** With the emulator as the service of a service manager. */
const OF_SERVICE: ReadonlySet<Fault> = new Set<Fault>(['service stops', 'service leaves']);

/** No dialog outlives it. */
const STOPS: ReadonlySet<Fault> = new Set<Fault>(['host stops', ...OF_SERVICE]);

/** The RAS server ends the call. */
const ENDS_CALL: ReadonlySet<Fault> = new Set<Fault>(['caller hangs up', 'RAS ends', ...STOPS]);

/** Not the worker's doing alone: it waits until it has been done. */
const FROM_OUTSIDE: ReadonlySet<Fault> = new Set<Fault>([...ENDS_CALL, 'clock jump']);

const AFTER_VERDICT: ReadonlySet<Moment> = new Set<Moment>([
  'verdict sent',
  'inside Complete',
  'during hold',
]);

const SUBJECT = 'subject';

const BEGIN = 'RasSecurityDialogBegin';
const COMPLETE = 'RasSecurityDialogComplete';
const END = 'RasSecurityDialogEnd';

/** While this file is there, no Complete arrives at the emulator. */
const ARRIVAL_GATE = 'arrival-gate';

/** While this file is there, the emulator keeps Complete from returning. */
const COMPLETE_GATE = 'complete-gate';

/** Each of its bytes puts the security DLL's clock ahead by a minute. */
const CLOCK = 'clock';
const MINUTES_JUMPED = 5;

const ARGUMENTS: Partial<Record<Fault, readonly string[]>> = {
  'RAS ends': ['--dialog-timeout', '3', '--end-again'],
  'service leaves': ['--leave-dialogs'],
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
  readonly port: unknown;
  /** On the clock of performance.now(). */
  readonly begunMs: number;
}

/** A RAS server is about to stop. */
interface Stop {
  /** Its exit code, when it has. */
  ended(): Promise<number>;
}

/** A RAS server, and the rule that holds for all of its dialogs. */
interface Service {
  readonly running: MatrixServer;
  readonly successes: SuccessRule;
}

/** One fault at all moments, on real binaries: what comes of it, and which rules are broken. */
export class FaultRun {
  readonly cells: Cell[] = [];
  /** How often Complete was called before the service had stopped, and came back after that. */
  acrossStops = 0;
  #running: Service | undefined;
  /** DialogSeconds of those who dial now: enough for a stranger, to begin with. */
  #dialogSeconds: number;
  #stranger: Dialled | undefined;

  constructor(
    private readonly host: WindowsHost,
    private readonly fault: Fault,
  ) {
    this.#dialogSeconds = Math.max(boundsFor(fault).DialogSeconds, LONG_SECONDS);
  }

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
      await this.#running?.running.dispose();
    }
  }

  get #service(): Service {
    if (!this.#running) throw new Error('the service does not run');
    return this.#running;
  }

  get #server(): TracedServer {
    return this.#service.running.server;
  }

  async #start(): Promise<void> {
    const { fault, host } = this;
    const directory = RasServer.newDirectory();
    const inDirectory = (name: string) => host.toWindows(join(directory, name));
    const bounds = boundsFor(fault);
    const settings: Partial<Settings> = {
      startSeconds: bounds.StartSeconds,
      silenceSeconds: bounds.SilenceSeconds,
      holdSeconds: bounds.HoldSeconds,
      dialogSeconds: this.#dialogSeconds,
      memoryMegabytes: fault === 'out of memory in the worker' ? 192 : 2048,
      ...(fault === 'log disk full' && { log: host.toWindows('/dev/full') }),
    };
    // A service has no environment of the test's.
    const policy = join(directory, 'policy.ts');
    writeFileSync(
      policy,
      `process.env['KILL_MATRIX'] = ${JSON.stringify(host.toWindows(directory))};
      export { default } from ${JSON.stringify(host.toWindows(POLICY))};`,
    );
    const options = {
      directory,
      settings,
      env: { SPY_CLOCK: inDirectory(CLOCK) },
      args: [
        ...['--complete-gate', inDirectory(COMPLETE_GATE)],
        ...['--arrival-gate', inDirectory(ARRIVAL_GATE)],
        // What an order of lines decides needs no limit of time.
        ...['--crossing', OF_SERVICE.has(fault) ? '60000' : '10000'],
        ...(ARGUMENTS[fault] ?? []),
      ],
    };
    const running = OF_SERVICE.has(fault)
      ? await MatrixService.start(host, policy, options)
      : await startPrivateHost(
          host,
          policy,
          fault === 'clock jump' ? withSpy(host, options) : options,
        );
    this.#running = { running, successes: new SuccessRule(running.server) };
  }

  /** Lets somebody in whose worker is another than that of all who come later. */
  async #invite(): Promise<void> {
    if (STOPS.has(this.fault) || this.fault === 'RAS ends') return;
    this.#stranger = await this.#bystander();
    await this.#reload();
    if (this.fault !== 'log disk full') await logged(this.#server, /event 1004 policy reloaded/);
  }

  /** With the bound on dialogs that is right for this fault. */
  async #reload(): Promise<void> {
    this.#dialogSeconds = boundsFor(this.fault).DialogSeconds;
    await this.host.setRegistry([
      { key: SETTINGS_KEY, name: 'DialogSeconds', data: this.#dialogSeconds },
      { key: SETTINGS_KEY, name: RELOAD_REQUEST, data: randomUUID() },
    ]);
  }

  async #stop(): Promise<void> {
    if (this.#stranger) await this.#answers(this.#stranger, 'stranger');
    this.#stranger = undefined;
    const code = await this.#service.running.stop();
    const broken = this.#broken();
    await this.#service.running.dispose();
    this.#running = undefined;
    if (code !== 0 || broken.length > 0) {
      throw new Error(`the server ended with ${code}: ${broken.join(', ')}`);
    }
  }

  /** What the RAS server that runs has seen go wrong, whatever the moment. */
  #broken(): string[] {
    if (!this.#running) return [];
    const { running, successes } = this.#running;
    const { server } = running;
    return [
      ...successes.problems(),
      ...server.rules().map((rule) => `rule broken: ${String(rule)}`),
      ...unexpectedWarnings(server.trace()).map((line) => `warning: ${JSON.stringify(line)}`),
    ];
  }

  async #cell(moment: Moment): Promise<Cell> {
    const { fault } = this;
    const problems: string[] = [];
    const news = newsOfLog(this.#server);
    for (const name of [STRUCK, LOADING, ENDED, GO, GO_ON_LOADING]) this.#remove(name);

    const early = moment === 'before handshake';
    const late = moment === 'during reload';
    const lethal = LETHAL.has(fault) || (early && LETHAL_AT_LOAD.has(fault));
    const gate = gateAt(fault, moment);
    let mate = early || late || fault === 'RAS ends' ? undefined : await this.#bystander();
    if (gate !== undefined) this.#put(gate);
    this.#order(early ? ORDER_FOR_LOAD : ORDER_FOR_DIALOG, moment);
    const subject = await this.#dial();
    if (early && fault !== 'RAS ends') mate = await this.#dial();
    await this.#reach(moment, subject);
    if (late) {
      if (fault !== 'RAS ends') mate = await this.#bystander();
      this.#put(GO);
    }
    await this.#there(STRUCK);
    if (gate === ARRIVAL_GATE) await this.#traced(subject, ({ underWay }) => underWay === COMPLETE);

    let since = performance.now();
    const stopped = await this.#strike(moment, subject);
    if (OF_SERVICE.has(fault)) since = performance.now();
    if (fault === 'RAS ends' && !early && gate === undefined) mate = await this.#bystander();
    if (mate && !lethal && !stopped) mate.caller.types('mate\r');
    if (!AFTER_VERDICT.has(moment) && !ENDS_CALL.has(fault)) {
      subject.caller.types(
        fault === 'Rasman error' && !early ? `${'x'.repeat(60)}\r` : `${SUBJECT}\r`,
      );
    }
    if (late && SLOW.has(fault)) this.#put(GO_ON_LOADING);
    if (endsBefore(fault, moment, gate)) {
      await this.#traced(subject, ({ call }) => call === END);
      if (fault === 'RAS ends') since = performance.now();
    }
    if (fault === 'RAS ends' && gate !== undefined) {
      mate = await this.#bystander();
      mate.caller.types('mate\r');
    }
    // The mate is told of the loss, which waits at the gate as well.
    if (gate === COMPLETE_GATE && lethal && mate) await this.#completed(mate);
    // Where the call has ended before, that is the outcome, whatever arrives afterwards.
    const overtaken = gate === ARRIVAL_GATE && ENDS_CALL.has(fault);
    if (gate !== undefined && !overtaken) {
      this.#remove(gate);
      since = performance.now();
    }

    const outcome = await this.#outcome(subject);
    const overMs = performance.now();
    if (overtaken) {
      this.#remove(gate);
      if (!stopped || OF_SERVICE.has(fault)) await this.#completed(subject);
    }
    this.#put(ENDED);
    this.#put(GO_ON_LOADING);
    if (early) this.#put(GO);
    const mates = mate && (await this.#outcome(mate));
    problems.push(...this.#judge(subject, outcome, mate && this.#mateExpects(lethal), mates));
    // Whoever calls before that waits for the same start, and fails with it.
    if (early && lethal) await logged(this.#server, /worker lost/);
    const missed = this.#missed(moment, subject);
    const ms = overMs - since;
    const ending = endingOf(
      {
        session: subject.session,
        outcome,
        mate: mates,
        held: this.#held(subject),
        log: news(),
        ms,
        sinceBeginMs: overMs - subject.begunMs,
      },
      boundsFor(fault),
    );
    if (stopped) problems.push(...(await this.#restart(stopped)));
    await this.#answers(await this.#dial(), 'next');

    return {
      fault,
      moment,
      outcome: outcome.outcome,
      dwError: outcome.dwError,
      endedBy: ending.by,
      ms: Math.round(ms),
      mate: mates,
      missed,
      problems: [...problems, ...ending.problems],
    };
  }

  /** For the next caller, when the service has stopped. Returns what was wrong with that. */
  async #restart(stopped: Stop): Promise<string[]> {
    const code = await stopped.ended();
    const problems = this.#broken();
    if (code !== 0) problems.push(`the service ended with ${code}`);
    if (OF_SERVICE.has(this.fault)) {
      const { unasked, after, across } = completesAroundStop(this.#server.trace());
      if (unasked > 0) problems.push(`${unasked} times Complete while the service was stopping`);
      if (after > 0) problems.push(`${after} times Complete after the service had stopped`);
      this.acrossStops += across;
    }
    await this.#service.running.dispose();
    this.#running = undefined;
    await this.#start();
    return problems;
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

  /** What of the fault is not the worker's doing. */
  async #strike(moment: Moment, subject: Dialled): Promise<Stop | undefined> {
    const { fault } = this;
    if (fault === 'caller hangs up') subject.caller.hangUp();
    if (fault === 'clock jump') {
      appendFileSync(this.#shared(CLOCK), Buffer.alloc(MINUTES_JUMPED));
      this.#put(GO);
    }
    const { running } = this.#service;
    if (running instanceof MatrixService) return this.#stopService(running, moment, subject);
    const stopped = fault === 'host stops' ? running.stop() : undefined;
    if (AFTER_VERDICT.has(moment) && ENDS_CALL.has(fault)) this.#put(GO);
    return stopped && { ended: () => stopped };
  }

  /** The verdict comes while the service is stopping, or when it has left its dialogs behind. */
  async #stopService(service: MatrixService, moment: Moment, subject: Dialled): Promise<Stop> {
    await service.beginStop();
    if (this.fault === 'service leaves') await service.endStop();
    this.#put(ENDED);
    this.#put(GO);
    // Has gone on already, and waits for a name.
    if (moment === 'during reload') subject.caller.types(`${SUBJECT}\r`);
    await service.stopIsSeen();
    const isOver = this.fault === 'service leaves' ? undefined : service.endStop();
    return {
      ended: async () => {
        await isOver;
        await service.allBack();
        return service.stop();
      },
    };
  }

  /** Whether the emulator has had no occasion for a fault of its own. */
  #missed(moment: Moment, { hPort, port }: Dialled): boolean {
    const trace = this.#server.trace();
    if (this.fault === 'Rasman error') {
      const usual: Record<string, number> =
        moment === 'before handshake'
          ? { RasSecurityDialogGetInfo: SUCCESS }
          : { RasSecurityDialogSend: PENDING, RasSecurityDialogReceive: PENDING };
      return trace
        .filter((line) => line['hPort'] === hPort)
        .every(({ call = '', result }) => usual[call] === undefined || result === usual[call]);
    }
    if (this.fault !== 'receive event without data') return false;
    const begun = trace.findIndex((line) => line['hPort'] === hPort && line.call === BEGIN);
    const since = trace.slice(begun).filter((line) => line.port === port);
    return !since.some((line) => line['receive'] !== undefined && line['bytes'] === 0);
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
    const lines = this.#linesOf(subject);
    const held = this.#held(subject);
    // Whether it arrives is up to the server.
    const completes = lines.filter(({ underWay }) => underWay === COMPLETE).length;
    const first = lines.find(({ call, underWay }) => call === END || underWay === COMPLETE);
    // What a hold still owes is owed to a service that runs, or stops.
    const owed = held && this.fault !== 'service leaves' ? 1 : 0;
    if (completes !== (first?.underWay === COMPLETE ? 1 : 0) + owed) {
      yield `${completes} times Complete`;
    }
    if (mate?.outcome !== expected) yield `the mate: ${JSON.stringify(mate)}`;
  }

  #linesOf({ hPort }: Dialled): readonly TraceLine[] {
    return this.#server.trace().filter((line) => line['hPort'] === hPort);
  }

  /** Whether an End was answered NO_ERROR. */
  #held(dialled: Dialled): boolean {
    return this.#linesOf(dialled).some((line) => line.return === END && line.result === 0);
  }

  /** What becomes of the other dialog of the same worker. */
  #mateExpects(lethal: boolean): string {
    if (lethal) return 'error';
    return STOPS.has(this.fault) ? 'ended' : 'success';
  }

  async #dial(): Promise<Dialled> {
    const isBegin = (line: TraceLine) => line.call === BEGIN;
    const session = this.#server.trace().filter(isBegin).length + 1;
    const caller = await this.#server.call();
    const begin = await this.#server.traced(isBegin, session);
    const { hPort, port } = begin;
    const begunMs = performance.now();
    const dialled = { caller, hPort, port, session, seconds: this.#dialogSeconds, begunMs };
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
    return this.#traced(dialled, (line) => line.call === COMPLETE);
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

/**
 * All but two kinds: those for bytes that the RAS server itself has received into a buffer when it
 * had been wiped, and Complete was about to be called (the security DLL asks with GetInfo for all
 * that it has noticed); and those for a Send that the fault has cut off from its Receive.
 */
function unexpectedWarnings(trace: readonly TraceLine[]): readonly TraceLine[] {
  return trace.filter((warning, at) => {
    if (warning['warning'] === undefined || isCutOffSend(trace, at)) return false;
    const before = trace.slice(0, at).filter(({ port }) => port === warning.port);
    const complete = before.findLastIndex(({ call }) => call === COMPLETE);
    if (warning.rule !== 'unwiped-buffers') return true;
    const received = before.findLastIndex((line) => line['receive'] === 'completed');
    return received < 0 || before.slice(received, complete).some(({ call }) => call !== undefined);
  });
}

/** Whether End comes while Complete is kept from arriving or returning, or before any verdict. */
function endsBefore(fault: Fault, moment: Moment, gate: string | undefined): boolean {
  if (!ENDS_CALL.has(fault) || fault === 'service leaves') return false;
  return gate !== undefined || !AFTER_VERDICT.has(moment);
}

/** What keeps the verdict from the RAS server, or the RAS server inside Complete. */
function gateAt(fault: Fault, moment: Moment): string | undefined {
  if (moment === 'inside Complete') return COMPLETE_GATE;
  return moment === 'verdict sent' && FROM_OUTSIDE.has(fault) ? ARRIVAL_GATE : undefined;
}
