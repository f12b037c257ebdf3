import { resolve } from 'node:path';
import { TcpLine } from '../../lib/simulator/tcp-line';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { casesFor, type DialogCase, type ServerKind } from '../dialogs/cases';
import { expectOutcome } from '../dialogs/expect-outcome';
import { runScript } from '../dialogs/run-script';
import { servePolicy } from '../support/our-dll';
import { openMachine, type RasServer } from '../support/ras-server';
import { soakSize } from '../support/soak-size';

const POLICY = resolve(__dirname, '../dialogs/policy.ts');
// `--second`: the milliseconds that a second of the server's lasts.
const SERVERS: Readonly<Record<ServerKind, readonly string[]>> = {
  usual: ['--second', '50'],
  available: ['--second', '50', '--receive', 'available'],
  // Each byte of a text takes a second, unless the caller types one meanwhile.
  tiny: ['--second', '20', '--send-buffer', '1', '--receive-buffer', '1'],
  'silent-hang-up': ['--second', '50', '--hangup-event', 'silent'],
};
/** Milliseconds that information is late. */
const LATE = soakSize({ inTest: 30, inSoak: 200 });
/** Every so manieth dialog is held on a server with a doubt: each key takes as long as that. */
const EVERY = soakSize({ inTest: 14, inSoak: 1 });
/** What GetInfo and the length of a receive may be like on a genuine server (findings in docs/genuine.md). */
const DOUBTS: Readonly<Record<string, readonly string[]>> = {
  'late information': ['--late-info', `${LATE}`],
  'information of the receive before': ['--late-info', `${LATE},previous`],
  'a length that is left as it was': ['--length-word', 'untouched'],
  'no count of bytes': ['--bytes-received', 'zero'],
  'late information and a length that is left as it was': [
    ...['--late-info', `${LATE}`],
    ...['--length-word', 'untouched'],
  ],
  'late information and no count of bytes': ['--late-info', `${LATE}`, '--bytes-received', 'zero'],
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

describe.each(['worker', 'in-process'] as const)('%s placement', (placement) => {
  test.each(Object.entries(DOUBTS))(
    'on a server with %s every dialog is as on any other (SD-18, SD-21)',
    async (_doubt, args) => {
      const server = await servePolicy(host, POLICY, {
        placement,
        args: [...args, ...SERVERS.usual],
      });
      try {
        let calls = 0;
        const some = casesFor('usual').filter((_, index) => index % EVERY === 0);
        for (const c of some) await hold(server, c, ++calls);
        expect(server.rules()).toEqual([]);
        expect(await server.stop()).toBe(0);
      } finally {
        await server.dispose();
      }
    },
  );
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
