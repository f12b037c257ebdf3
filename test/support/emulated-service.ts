import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { localBinary } from './ras-server';
import { TracedServer } from './traced-server';
import { until } from './until';
import { noneLeft, processesWith } from './wine-processes';

export const REMOTE_ACCESS = 'RemoteAccess';

/** Where rule_breaker.dll looks for what is not in its environment, which a service can't be given. */
const VARIABLES = 'SOFTWARE\\rule_breaker';

/** What the service manager knows of a service that has a process, or has had one. */
export interface ServiceStatus {
  /** Such as RUNNING; MISSING when there is no such service. */
  readonly state: string;
  /** 1066 when the next one counts. */
  readonly exitCode: number;
  readonly serviceExitCode: number;
}

/** Runs sc.exe, which ends with 0 whatever the service has made of it. */
export async function serviceControl(host: WindowsHost, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await host.run('sc.exe', args);
  if (code !== 0) throw new Error(`sc ${args.join(' ')}: exit ${code}: ${stdout}${stderr}`);
  return stdout;
}

export async function queryService(
  host: WindowsHost,
  name = REMOTE_ACCESS,
): Promise<ServiceStatus> {
  const { stdout } = await host.run('sc.exe', ['query', name]);
  const number = (key: string) => Number(new RegExp(`\\b${key} +: (\\d+)`).exec(stdout)?.[1] ?? 0);
  return {
    state: /\bSTATE +: \d+ +(\w+)/.exec(stdout)?.[1] ?? 'MISSING',
    exitCode: number('WIN32_EXIT_CODE'),
    serviceExitCode: number('SERVICE_EXIT_CODE'),
  };
}

/** Starts a service, and returns its status as soon as that is not about to change any more. */
export async function startService(
  host: WindowsHost,
  name: string,
  args: readonly string[] = [],
): Promise<ServiceStatus> {
  await serviceControl(host, 'start', name, ...args);
  return until(`the start of ${name}`, async () => {
    const status = await queryService(host, name);
    return status.state !== 'START_PENDING' && status;
  });
}

/** One run of the service, from a start to its stop: a process of its own. */
export class ServiceRun extends TracedServer {
  constructor(host: WindowsHost, directory: string) {
    super(directory);
    this.args = TracedServer.argumentsFor(host, this.directory);
  }

  /** For its files, beside those of the service. */
  readonly args: readonly string[];

  override get port(): number {
    const address = this.trace().find((line) => line['listening'] !== undefined)?.['listening'];
    return Number(/^127\.0\.0\.1:(\d+)$/.exec(String(address))?.[1]);
  }
}

export interface ServiceGate {
  /** As a Windows path. */
  readonly path: string;
  open(): void;
}

export interface EmulatedServiceOptions {
  /** The emulator's, beside those of each start. */
  readonly args?: readonly string[];
  /** For rule_breaker.dll, instead of environment variables. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** The emulator as the service RemoteAccess of a machine, which its service manager starts. */
export class EmulatedService {
  readonly #directory = TracedServer.newDirectory();
  /** What tells its processes from others, because it stands in the command line of each. */
  readonly #mark = basename(this.#directory);
  readonly #runs: ServiceRun[] = [];
  readonly #keeper: ChildProcess;

  private constructor(readonly host: WindowsHost) {
    // Wine ends all services when the last other program has ended: this one waits for commands.
    this.#keeper = host.spawn('cmd.exe', [], { stdio: ['pipe', 'ignore', 'ignore'] });
  }

  /** Registers it. It has to be removed, even when a test fails. */
  static async install(
    host: WindowsHost,
    { args = [], variables = {} }: EmulatedServiceOptions = {},
  ): Promise<EmulatedService> {
    const values = Object.entries(variables);
    await host.setRegistry(values.map(([name, data]) => ({ key: VARIABLES, name, data })));
    const service = new EmulatedService(host);
    const words = [host.toWindows(localBinary('ras-server.exe')), '--service', ...args];
    const program = [...words, '--device-name', service.#mark].map((word) => `"${word}"`).join(' ');
    await serviceControl(host, 'create', REMOTE_ACCESS, 'binPath=', program);
    return service;
  }

  /** This system's ids of its processes, those that outlive a stop among them. */
  processes(): number[] {
    return processesWith(this.#mark);
  }

  /** A file for whose removal the emulator waits. */
  gate(name: string): ServiceGate {
    const file = join(this.#directory, name);
    writeFileSync(file, '');
    return { path: this.host.toWindows(file), open: () => rmSync(file) };
  }

  /** Starts it with further arguments of the emulator, and returns when it takes calls. */
  start(...args: string[]): Promise<ServiceRun> {
    return this.startIn(TracedServer.newDirectory(), ...args);
  }

  /** The same, with its files in a directory that is there already. */
  async startIn(directory: string, ...args: string[]): Promise<ServiceRun> {
    const run = new ServiceRun(this.host, directory);
    this.#runs.push(run);
    const status = await startService(this.host, REMOTE_ACCESS, [...run.args, ...args]);
    if (status.state !== 'RUNNING') throw new Error(`not started: ${JSON.stringify(status)}`);
    return run;
  }

  /** Asks it to stop, without waiting until it has. */
  async requestStop(): Promise<void> {
    await serviceControl(this.host, 'stop', REMOTE_ACCESS);
  }

  /** Waits until the service manager says that it is in this state. */
  reaches(state: string): Promise<ServiceStatus> {
    return until(`the service to be ${state}`, async () => {
      const status = await queryService(this.host);
      return status.state === state && status;
    });
  }

  async stop(): Promise<ServiceStatus> {
    await this.requestStop();
    return this.reaches('STOPPED');
  }

  /** Stops it when it runs, and leaves nothing of it. */
  async remove(): Promise<void> {
    for (const run of this.#runs) run.hangUpAll();
    // With the gates that it may be waiting for.
    for (const { directory } of [...this.#runs, { directory: this.#directory }]) {
      rmSync(directory, { recursive: true, force: true });
    }
    const { state } = await queryService(this.host);
    if (state === 'RUNNING') await this.requestStop();
    if (state === 'RUNNING' || state === 'STOP_PENDING') await this.reaches('STOPPED');
    await noneLeft(this.#mark);
    await serviceControl(this.host, 'delete', REMOTE_ACCESS);
    await this.host.run('reg.exe', ['delete', `HKLM\\${VARIABLES}`, '/f']);
    this.#keeper.stdin?.end();
    await once(this.#keeper, 'exit');
  }
}
