import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { openWindowsHost } from '../../lib/windows/open-windows-host';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { CapturedIo, NOTHING_WRONG } from '../support/captured-io';
import { TRUST_EVERYONE } from '../support/trust-everyone';
import { leaveNoProcess } from '../support/wine-processes';

const HOST_KEY = 'HKLM\\SOFTWARE\\Microsoft\\RAS\\SecurityHost';

let directory: string;
let winePrefix: string;
let host: WindowsHost;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost test '));
  winePrefix = join(directory, 'prefix');
  host = await openWindowsHost({ winePrefix });
});

afterEach(async () => {
  await host.close();
  rmSync(directory, { recursive: true });
});

leaveNoProcess();

async function rasshost(...args: string[]) {
  const io = new CapturedIo();
  const code = await main(args, io, new AbortController().signal);
  return { code, out: io.out, err: io.err };
}

async function value(key: string, name: string): Promise<string | undefined> {
  const { stdout } = await host.run('reg.exe', ['query', key, '/v', name]);
  return /REG_(?:SZ|DWORD) +(.*)/.exec(stdout)?.[1]?.trim();
}

test('register writes the settings and DLLPath, unregister removes them, in a real registry', async () => {
  const policy = join(directory, 'my policy.ts');
  writeFileSync(
    policy,
    "import { definePolicy, fail } from 'rasshost';\nexport default definePolicy(async () => fail(5));\n",
  );
  const log = join(directory, 'log.txt');
  const options = [
    '--hold-seconds',
    '20',
    '--log',
    log,
    '--wine-prefix',
    winePrefix,
    ...TRUST_EVERYONE,
  ];
  expect(await rasshost('register', policy, ...options)).toMatchObject({
    code: 0,
    err: expect.stringMatching(NOTHING_WRONG),
  });
  expect(await value(HOST_KEY, 'DLLPath')).toMatch(/^Z:\\.*\\win32-x64\\rasshost\.dll$/);
  const settings = 'HKLM\\SOFTWARE\\rasshost';
  expect(await value(settings, 'PolicyPath')).toBe(host.toWindows(policy));
  expect(await value(settings, 'NodePath')).toBe(host.node);
  expect(await value(settings, 'WorkerPath')).toMatch(/\\dist\\worker\\main\.js$/);
  expect(await value(settings, 'HoldSeconds')).toBe('0x14');
  expect(await value(settings, 'LogPath')).toBe(host.toWindows(log));
  expect(await value(settings, 'DialogSeconds')).toBeUndefined();
  // Wine has no other account for the worker.
  expect(await value(settings, 'WorkerToken')).toBe('same');

  expect(await rasshost('unregister', '--wine-prefix', winePrefix)).toMatchObject({ code: 0 });
  expect(await value(HOST_KEY, 'DLLPath')).toBeUndefined();
  expect(await value(settings, 'PolicyPath')).toBeUndefined();
});

test("register refuses and names another vendor's DLL in a real registry", async () => {
  await host.setRegistry([
    {
      key: 'SOFTWARE\\Microsoft\\RAS\\SecurityHost',
      name: 'DLLPath',
      data: 'C:\\Vendor\\sdeahost.dll',
    },
  ]);
  const refused = { code: 5, err: expect.stringContaining('C:\\Vendor\\sdeahost.dll') };
  const register = ['register', 'examples/passcode.ts', '--wine-prefix', winePrefix];
  expect(await rasshost(...register)).toMatchObject(refused);
  expect(await rasshost('unregister', '--wine-prefix', winePrefix)).toMatchObject(refused);
  expect(await value(HOST_KEY, 'DLLPath')).toBe('C:\\Vendor\\sdeahost.dll');
});

test('register refuses a policy that others may change, and names it and them', async () => {
  const policy = join(directory, 'policy.ts');
  copyFileSync('examples/passcode.ts', policy);
  chmodSync(policy, 0o666);
  const { code, err } = await rasshost('register', policy, '--wine-prefix', winePrefix);
  expect([code, err]).toEqual([
    5,
    expect.stringContaining(`${policy}: Everyone (S-1-1-0) may change it`),
  ]);
  expect(err).toContain('RASSHOST_E_MACHINE');
  expect(await value(HOST_KEY, 'DLLPath')).toBeUndefined();
});

test('register refuses a machine whose services load only what Microsoft has signed', async () => {
  const key = 'SYSTEM\\CurrentControlSet\\Control\\SCMConfig';
  await host.setRegistry([{ key, name: 'EnableSvchostMitigationPolicy', data: 1 }]);
  const register = ['register', 'examples/passcode.ts', '--wine-prefix', winePrefix];
  expect(await rasshost(...register)).toMatchObject({
    code: 5,
    err: expect.stringContaining('EnableSvchostMitigationPolicy is set'),
  });
  expect(await value(HOST_KEY, 'DLLPath')).toBeUndefined();
});

test.each([
  ['a policy that does not exist', 6, ['no-such-policy.ts'], /no-such-policy\.ts does not exist/],
  ['a file that is no policy', 6, ['package.json'], /package\.json .*definePolicy/],
  [
    'a node.exe that does not exist',
    2,
    ['examples/passcode.ts', '--node', 'C:\\no\\node.exe'],
    /--node: no file C:\\no\\node\.exe/,
  ],
])('register with %s says so and registers nothing', async (_what, expected, args, message) => {
  const { code, err } = await rasshost('register', ...args, '--wine-prefix', winePrefix);
  expect([code, err]).toEqual([expected, expect.stringMatching(message)]);
  expect(await value(HOST_KEY, 'DLLPath')).toBeUndefined();
});

test('register without Windows and without a prefix says what it needs', async () => {
  const refused = { code: 2, err: expect.stringContaining('--wine-prefix DIR') };
  expect(await rasshost('register', 'examples/passcode.ts')).toMatchObject(refused);
  expect(await rasshost('unregister')).toMatchObject(refused);
});
