// What the emulator does before it serves: options, registry, loading the security DLL.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import {
  binary,
  localBinary,
  openMachine,
  RasServer,
  runRasServer,
  type TraceLine,
} from '../support/ras-server';
import { leaveNoProcess } from '../support/wine-processes';

const KEY = 'HKLM\\SOFTWARE\\Microsoft\\RAS\\SecurityHost';

let machine: WindowsHost;
let directory: string;

beforeAll(async () => {
  machine = await openMachine();
  directory = mkdtempSync(join(tmpdir(), 'ras-server-test-'));
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await machine.close();
});

leaveNoProcess();

async function reg(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await machine.run('reg.exe', args);
  if (code !== 0) throw new Error(`reg ${args.join(' ')}: ${stdout}${stderr}`);
}

function readTrace(file: string): TraceLine[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TraceLine);
}

test('without a registered security DLL calls have no dialog (EM-02)', async () => {
  const server = await RasServer.start(machine);
  const caller = await server.call();
  expect(await caller.closed()).toMatch(/^~\xff}#/);
  expect(await server.outcome()).toMatchObject({ outcome: 'no-dialog' });
  expect(server.trace().filter((line) => line.call !== undefined)).toEqual([]);
  await server.dispose();
});

test('the DLL that DLLPath names is loaded at the start (EM-01)', async () => {
  const path = binary(machine, 'well_behaved.dll');
  await reg('add', KEY, '/v', 'DLLPath', '/d', path, '/f');
  const server = await RasServer.start(machine);
  const caller = await server.call();
  await caller.sees('User name: ');
  expect(server.trace()[0]).toMatchObject({ securityDll: path });
  await server.dispose();
  await reg('delete', KEY, '/v', 'DLLPath', '/f');
});

test('a DLLPath whose file is missing keeps the server from starting (EM-01)', async () => {
  await reg('add', KEY, '/v', 'DLLPath', '/d', 'C:\\gone\\security.dll', '/f');
  const trace = join(directory, 'missing.jsonl');
  const { code, stderr } = await runRasServer(machine, ['--trace', machine.toWindows(trace)]);
  await reg('delete', KEY, '/v', 'DLLPath', '/f');
  expect(code).toBe(1);
  expect(stderr).toContain("security DLL 'C:\\gone\\security.dll' not found");
  expect(readTrace(trace)).toContainEqual(
    expect.objectContaining({ event: 20096, symbol: 'RASLOG_CANT_LOAD_SECDLL' }),
  );
});

test('a DLLPath that is not REG_SZ keeps the server from starting (EM-01)', async () => {
  await reg('add', KEY, '/v', 'DLLPath', '/t', 'REG_DWORD', '/d', '1', '/f');
  const trace = join(directory, 'type.jsonl');
  const { code, stderr } = await runRasServer(machine, ['--trace', machine.toWindows(trace)]);
  await reg('delete', KEY, '/v', 'DLLPath', '/f');
  expect(code).toBe(1);
  expect(stderr).toContain('is not a REG_SZ value');
  expect(readTrace(trace)).toContainEqual(
    expect.objectContaining({ event: 20095, symbol: 'RASLOG_CANT_OPEN_SECMODULE_KEY' }),
  );
});

test('a DLL of the wrong bitness is refused and named (EM-01)', async () => {
  const path = join(directory, 'x86.dll');
  copyFileSync(localBinary('well_behaved.dll'), path);
  const image = readFileSync(path);
  const header = image.readUInt32LE(0x3c);
  image.writeUInt16LE(0x014c, header + 4);
  writeFileSync(path, image);
  const windowsPath = machine.toWindows(path);
  const { code, stderr } = await runRasServer(machine, ['--dll', windowsPath]);
  expect(code).toBe(1);
  expect(stderr).toContain(`security DLL '${windowsPath}' is a 32-bit DLL, this process is 64-bit`);
});

test('a file that is no DLL is refused and named (EM-01)', async () => {
  const path = join(directory, 'text.dll');
  writeFileSync(path, 'not a DLL');
  const { code, stderr } = await runRasServer(machine, ['--dll', machine.toWindows(path)]);
  expect(code).toBe(1);
  expect(stderr).toContain(`security DLL '${machine.toWindows(path)}' is not a DLL`);
});

test('a DLL without RasSecurityDialogEnd is refused, and the failure is logged (EM-03)', async () => {
  const trace = join(directory, 'no-end.jsonl');
  const { code, stderr } = await runRasServer(machine, [
    ...['--dll', binary(machine, 'no_end.dll')],
    ...['--trace', machine.toWindows(trace)],
  ]);
  expect(code).toBe(1);
  expect(stderr).toContain('does not export RasSecurityDialogEnd');
  expect(readTrace(trace)).toContainEqual(
    expect.objectContaining({ symbol: 'RASLOG_CANT_LOAD_SECDLL' }),
  );
});

test('a DLL without RasSecurityDialogBegin is refused (EM-03)', async () => {
  const { code, stderr } = await runRasServer(machine, ['--dll', 'kernel32.dll']);
  expect(code).toBe(1);
  expect(stderr).toContain("'kernel32.dll' does not export RasSecurityDialogBegin");
});

test('an occupied port is named', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  const { port } = occupant.address() as AddressInfo;
  const { code, stderr } = await runRasServer(machine, ['--listen', `127.0.0.1:${port}`]);
  occupant.close();
  expect(code).toBe(1);
  expect(stderr).toContain(`cannot listen on 127.0.0.1:${port}: the address is in use`);
});

test.each([
  [['--frobnicate'], "unknown option '--frobnicate'"],
  [['--ports', 'many'], "bad value 'many' for --ports"],
  [['--ports'], '--ports needs N'],
  [['--fault', 'rain'], "unknown fault 'rain'"],
])('%j is wrong usage', async (args, message) => {
  const { code, stderr } = await runRasServer(machine, args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('--help describes every option', async () => {
  const { code, stdout } = await runRasServer(machine, ['--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('--receive MODE');
  expect(stdout).toContain('spurious-event=BYTES[@N]');
});

test('docs/emulator.md has every option, fault and rule', async () => {
  const root = join(__dirname, '../..');
  const documented = readFileSync(join(root, 'docs/emulator.md'), 'utf8');
  const { stdout } = await runRasServer(machine, ['--help']);
  const listed = [...stdout.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name);
  const source = readFileSync(join(root, 'native/emulator/portable/rules.cc'), 'utf8');
  const rules = [...source.matchAll(/\{Rule::k\w+,\s+"([a-z-]+)"/g)].map(([, name = '']) => name);
  expect(listed.length).toBeGreaterThan(40);
  expect(rules.length).toBeGreaterThan(20);
  const missing = [...listed, ...rules].filter(
    (name) => !new RegExp(`\`${name}[\` =\\[]`).test(documented),
  );
  expect(missing).toEqual([]);
});
