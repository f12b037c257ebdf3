import { resolve } from 'node:path';
import { TcpLine } from '../../lib/simulator/tcp-line';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { casesFor, type DialogCase, type ServerKind } from '../dialogs/cases';
import { expectOutcome } from '../dialogs/expect-outcome';
import { runScript } from '../dialogs/run-script';
import { servePolicy } from '../support/our-dll';
import { openMachine, type RasServer } from '../support/ras-server';

const POLICY = resolve(__dirname, '../dialogs/policy.ts');
// `--second`: the milliseconds that a second of the server's lasts.
const SERVERS: Readonly<Record<ServerKind, readonly string[]>> = {
  usual: ['--second', '50'],
  available: ['--second', '50', '--receive', 'available'],
  // Each byte of a text takes a second, unless the caller types one meanwhile.
  tiny: ['--second', '20', '--send-buffer', '1', '--receive-buffer', '1'],
  'silent-hang-up': ['--second', '50', '--hangup-event', 'silent'],
};
/** What the server sends after SUCCESS (RFC 1662), when the dialog is over. */
const PPP = '~\xff}#';

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

describe.each(['worker', 'in-process'] as const)('%s placement', (placement) => {
  describe.each(Object.entries(SERVERS))('%s server', (kind, args) => {
    let server: RasServer;
    let calls = 0;
    beforeAll(async () => {
      server = await servePolicy(host, POLICY, { placement, args });
    });
    afterAll(async () => {
      expect(server.rules()).toEqual([]);
      expect(await server.stop()).toBe(0);
      await server.dispose();
    });

    const cases = casesFor(kind as ServerKind);
    test.each(cases.map((c) => [c.id, c.statement, c] as const))('%s: %s', async (_id, _s, c) => {
      await hold(server, c, ++calls);
    });
  });
});

/** Holds a dialog as the server's `count`th call. */
async function hold(server: RasServer, c: DialogCase, count: number): Promise<void> {
  const caller = await server.call();
  caller.types(`${c.id}\r`);
  await c.caller({
    types: (keys) => caller.types(keys),
    sees: (text) => caller.sees(text),
    hangsUp: () => caller.hangUp(),
    runs: (script, credentials) => runScript(new TcpLine(caller.socket), script, credentials),
  });
  const outcome = await server.outcome(count);
  expectOutcome(c, outcome);
  const output = c.outcome === 'hung up' ? caller.output : await caller.closed();
  expect(output.split(PPP)[0]).toBe(c.transcript);
}
