// The emulated RAS server on a serial port: COM1 of Wine is a pseudo terminal, whose other end
// socat gives to the caller.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWindowsHost } from '../../lib/windows/open-windows-host';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { Caller, RasServer, until } from '../support/ras-server';

let directory: string;
let winePrefix: string;
let machine: WindowsHost;
let server: RasServer;
let socat: ChildProcess;
let caller: Caller;

function endWine(): void {
  const env = { ...process.env, WINEPREFIX: winePrefix };
  execFileSync('wineserver', ['--kill'], { env, stdio: 'ignore' });
  execFileSync('wineserver', ['--wait'], { env, stdio: 'ignore' });
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ras-server-com-'));
  winePrefix = join(directory, 'prefix');
  const pty = join(directory, 'pty');
  const line = join(directory, 'line');
  // Wine takes its serial ports from there when it starts, so it starts twice.
  machine = await openWindowsHost({ winePrefix });
  const key = 'HKLM\\Software\\Wine\\Ports';
  await machine.run('reg.exe', ['add', key, '/v', 'COM1', '/d', pty, '/f']);
  endWine();
  socat = spawn('socat', [`pty,raw,echo=0,link=${pty}`, `UNIX-LISTEN:${line}`], {
    stdio: 'ignore',
  });
  await until('socat', () => existsSync(line));
  machine = await openWindowsHost({ winePrefix });
  server = await RasServer.start(machine, {
    dll: 'well_behaved.dll',
    args: ['--strict', '--com', 'COM1'],
  });
  caller = new Caller(connect(line));
});
afterAll(async () => {
  await server.dispose();
  caller.hangUp();
  if (socat.exitCode === null) await once(socat, 'exit');
  await machine.close();
  endWine();
  rmSync(directory, { recursive: true });
});

test.each([
  ['123456', 'Welcome', 'success'],
  ['654321', 'Access denied', 'failure'],
])('the first byte rings, and the dialog with %s ends with %s', async (passcode, text, outcome) => {
  caller.types('\r');
  await caller.sees('User name: ');
  caller.types('alice\r');
  await caller.sees('Passcode: ');
  caller.types(`${passcode}\r`);
  await caller.sees(`${text}\r\n`);
  await server.traced((line) => line.outcome === outcome);
  expect(server.rules()).toEqual([]);
});

test('when the other end is gone, the call is lost, and the server stops in order', async () => {
  caller.types('\r');
  await caller.sees('User name: ');
  caller.hangUp();
  await server.traced((line) => line['line'] === 'hang-up');
  await server.outcome(3);
  expect(await server.stop()).toBe(0);
});
