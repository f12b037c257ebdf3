import { resolve } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { CASES, DOMAIN, type ContractCase } from '../contract/cases';
import { NOTHING_WRONG } from '../support/captured-io';
import { logOf, servePolicy, type Placement } from '../support/our-dll';
import { openMachine, type RasServer } from '../support/ras-server';

const POLICY = resolve(__dirname, '../contract/policy.ts');
const FAULTY = CASES.filter((c) => c.fault !== undefined);
const SOUND = CASES.filter((c) => c.fault === undefined);

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

describe.each(['worker', 'in-process'] as const)('koffi, %s placement', (placement) => {
  describe.each(['exact', 'available'] as const)('receive %s', (receive) => {
    let server: RasServer;
    let calls = 0;
    beforeAll(async () => {
      server = await serve(placement, ['--receive', receive]);
    });
    afterAll(() => server.dispose());

    test.each(SOUND.map((c) => [c.id, c.statement, c] as const))('%s: %s', async (_i, _s, c) => {
      await play(server, c, ++calls);
    });
  });

  test.each(FAULTY.map((c) => [c.id, c.statement, c] as const))('%s: %s', async (_i, _s, c) => {
    const { call, error, at } = c.fault ?? {};
    const server = await serve(placement, ['--fault', `${call}-error=${error}@${at}`]);
    try {
      await play(server, c, 1);
    } finally {
      await server.dispose();
    }
  });
});

function serve(placement: Placement, args: readonly string[]): Promise<RasServer> {
  return servePolicy(host, POLICY, { placement, args: ['--second', '50', ...args] });
}

/** Plays a case as the server's `count`th call, and compares what the server was told. */
async function play(server: RasServer, c: ContractCase, count: number): Promise<void> {
  const logged = logOf(server);
  const caller = await server.call();
  caller.types(`${c.id}\r`);
  await c.caller?.({
    types: (keys) => caller.types(keys),
    sees: (text) => caller.sees(text),
    hangsUp: () => caller.hangUp(),
  });
  const { outcome, userName = '', domain = '', dwError = 0 } = await server.outcome(count);
  expect({ outcome, userName, domain, dwError, log: logOf(server).slice(logged.length) }).toEqual({
    ...(c.outcome ?? { outcome: 'success', userName: c.id, domain: DOMAIN, dwError: 0 }),
    log: expect.stringMatching(NOTHING_WRONG),
  });
}

test('in a worker Receive signals whatever event it is given, as documented (SD-14, SD-19)', async () => {
  const server = await servePolicy(host, resolve(__dirname, 'policies/foreign-event.ts'));
  try {
    (await server.call()).types('x');
    const { outcome } = await server.outcome();
    expect({ outcome, log: logOf(server) }).toEqual({
      outcome: 'success',
      log: expect.stringMatching(NOTHING_WRONG),
    });
  } finally {
    await server.dispose();
  }
});
