import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { openMachine, RasServer } from './ras-server';

/** A file for which the security DLL waits. */
export interface Gate {
  /** As a Windows path. */
  readonly path: string;
  open(): void;
}

/** The emulator with rule_breaker.dll, which follows commands: one machine a test file. */
export class RuleBreakerHost {
  #machine: WindowsHost | undefined;
  #server: RasServer | undefined;
  #gates = '';

  /** To be called at the top of a test file. */
  constructor() {
    beforeAll(async () => {
      this.#machine = await openMachine();
      this.#gates = mkdtempSync(join(tmpdir(), 'ras-server-gates-'));
    });
    afterEach(() => this.#server?.dispose());
    afterAll(async () => {
      rmSync(this.#gates, { recursive: true });
      await this.#machine?.close();
    });
  }

  /** Starts the server of a test, whose calls are answered with these commands. */
  async start(
    commands: readonly string[],
    {
      env = {},
      args = [],
    }: { env?: Readonly<Record<string, string>>; args?: readonly string[] } = {},
  ): Promise<RasServer> {
    if (!this.#machine) throw new Error('the machine is opened before the first test');
    this.#server = await RasServer.start(this.#machine, {
      dll: 'rule_breaker.dll',
      args: [...args],
      env: { DIALOG: commands.join(';'), ...env },
    });
    return this.#server;
  }

  gate(name: string): Gate {
    const file = join(this.#gates, name);
    return {
      path: this.#machine?.toWindows(file) ?? '',
      open: () => writeFileSync(file, ''),
    };
  }
}
