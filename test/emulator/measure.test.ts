// The emulated RAS server as a measuring instrument (npm run bench).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { openMachine, RasServer } from '../support/ras-server';

let machine: WindowsHost;
let server: RasServer;

beforeAll(async () => {
  machine = await openMachine();
});
afterEach(() => server.dispose());
afterAll(() => machine.close());

test('--measure writes how long each Begin took, a line a call, when the server stops', async () => {
  const directory = RasServer.newDirectory();
  const file = join(directory, 'begin.txt');
  const args = ['--measure', machine.toWindows(file)];
  server = await RasServer.start(machine, { directory, dll: 'well_behaved.dll', args });
  for (let call = 0; call < 3; call++) {
    const caller = await server.call();
    await caller.sees('User name: ');
  }
  expect(await server.stop()).toBe(0);

  const times = readFileSync(file, 'utf8').trim().split('\n').map(Number);
  const blocked = server.trace().flatMap((line) => line['blockedUs'] ?? []) as number[];
  expect(times).toHaveLength(3);
  for (const [call, time] of times.entries()) {
    expect(time).toBeGreaterThan(0);
    // Which also counts how long the server took to notice.
    expect(time).toBeLessThanOrEqual((blocked[call] ?? 0) + 1);
  }
});
