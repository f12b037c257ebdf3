import { join } from 'node:path';
import { rmSync, writeFileSync } from 'node:fs';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { EmulatedService } from './emulated-service';
import { logged, servePolicy, setPolicy, type OurDllOptions } from './our-dll';
import type { TracedServer } from './traced-server';
import { until } from './until';

/** A RAS server while a fault has its turn. */
export interface MatrixServer {
  readonly server: TracedServer;
  /** Stops it when it runs, and returns its exit code. */
  stop(): Promise<number>;
  /** Leaves nothing of it. */
  dispose(): Promise<void>;
}

/** One that is no service, and never was. */
export async function startPrivateHost(
  host: WindowsHost,
  policy: string,
  options: OurDllOptions,
): Promise<MatrixServer> {
  const server = await servePolicy(host, policy, options);
  return { server, stop: () => server.stop(), dispose: () => server.dispose() };
}

/** While this file is there, the service that is to stop ends no dialog. */
const STOP_GATE = 'stop-gate';
/** While this file is there, the process of the service outlives it. */
const LINGER_GATE = 'linger-gate';
const GATES = [STOP_GATE, LINGER_GATE];

/** What rasshost.dll writes when it has seen that the service stops. */
const LEAVE = /the RemoteAccess service has stopped or is about to: its workers leave/;

/** The RemoteAccess service of a machine, in one run of it. */
export class MatrixService implements MatrixServer {
  private constructor(
    readonly server: TracedServer,
    private readonly service: EmulatedService,
  ) {}

  /** Each run has a directory of its own. */
  static async start(
    host: WindowsHost,
    policy: string,
    { directory, args = [], settings = {} }: OurDllOptions & { readonly directory: string },
  ): Promise<MatrixService> {
    await setPolicy(host, policy, directory, { settings });
    for (const gate of GATES) writeFileSync(join(directory, gate), '');
    const service = await EmulatedService.install(host);
    const server = await service.startIn(
      directory,
      ...['--strict', ...args],
      ...['--stop-pending', host.toWindows(join(directory, STOP_GATE))],
      ...['--linger', host.toWindows(join(directory, LINGER_GATE))],
    );
    return new MatrixService(server, service);
  }

  /** Asks it to stop, and returns when it is stopping, and ends no dialog yet. */
  async beginStop(): Promise<void> {
    await this.service.requestStop();
    await this.server.traced((line) => line['service'] === 'stop-pending');
  }

  /** Waits until the security DLL has seen that. */
  async stopIsSeen(): Promise<void> {
    await logged(this.server, LEAVE);
  }

  /** Lets the stop go on. Returns when the service has stopped, which its process outlives. */
  async endStop(): Promise<void> {
    this.#open(STOP_GATE);
    await this.server.traced((line) => line['service'] === 'stopped');
  }

  /** Waits until no Complete is under way. */
  async allBack(): Promise<void> {
    await until('each Complete to be back', () => {
      const trace = this.server.trace();
      const called = trace.filter((line) => line['underWay'] !== undefined);
      const back = trace.filter((line) => line.return === 'RasSecurityDialogComplete');
      return called.length === back.length;
    });
  }

  async stop(): Promise<number> {
    if (!this.server.trace().some((line) => line['service'] === 'stop-pending')) {
      await this.service.requestStop();
    }
    this.#open(STOP_GATE);
    const { serviceExitCode } = await this.service.reaches('STOPPED');
    this.#open(LINGER_GATE);
    await until('the process of the service to end', () => this.service.processes().length === 0);
    return serviceExitCode;
  }

  dispose(): Promise<void> {
    return this.service.remove();
  }

  #open(gate: string): void {
    rmSync(join(this.server.directory, gate), { force: true });
  }
}
