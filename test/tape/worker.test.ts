import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { CapturedIo } from '../support/captured-io';
import { logged, servePolicy, type Placement } from '../support/our-dll';
import { openMachine, RasServer, until } from '../support/ras-server';

const POLICY = 'examples/passcode.ts';

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

test.each<[Placement, string]>([
  // The backslash must not take the quotation mark of the command line along.
  ['worker', '\\'],
  ['in-process', ''],
])(
  'a dialog through the %s writes a tape, which replays without difference',
  async (placement, end) => {
    const directory = join(RasServer.newDirectory(), 'my tapes');
    mkdirSync(directory);
    const settings = { tapeDirectory: host.toWindows(directory) + end };
    const server = await servePolicy(host, POLICY, { placement, settings });
    const caller = await server.call();
    caller.types('alice\r123456\r');
    expect(await server.outcome()).toMatchObject({ outcome: 'success', userName: 'alice' });
    const isTape = (name: string) => name.endsWith('.tape');
    await until('the tape', () => readdirSync(directory).some(isTape));
    expect(await server.stop()).toBe(0);

    const [tape = '', ...others] = readdirSync(directory);
    expect(others).toEqual([]);
    expect(tape).toMatch(/^\d{8}T\d{6}\.\d{3}Z-\d+\.tape$/);
    expect(readFileSync(join(directory, tape), 'utf8')).not.toContain('123456');
    const secrets = join(server.directory, 'secrets.json');
    writeFileSync(secrets, '{"secret-1": "123456"}');
    const io = new CapturedIo();
    const file = join(directory, tape);
    const args = ['replay', file, '--policy', POLICY, '--secrets', secrets];
    const code = await main(args, io, new AbortController().signal);
    expect([code, io.out, io.problems]).toEqual([0, `${file}: no difference\n`, '']);
    await server.dispose();
  },
);

test('a tape that cannot be written changes no verdict, and the log says why', async () => {
  const settings = { tapeDirectory: host.toWindows('/no such directory') };
  const server = await servePolicy(host, POLICY, { settings });
  const caller = await server.call();
  caller.types('alice\r123456\r');
  expect(await server.outcome()).toMatchObject({ outcome: 'success', userName: 'alice' });
  await logged(server, /dialog \d+: no tape: .*RASSHOST_E_TAPE.*ENOENT/);
  await server.dispose();
});
