import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWindowsHost } from '../../lib/windows/open-windows-host';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { processesWith } from '../support/wine-processes';
import { until } from '../support/until';

const KEY = 'SOFTWARE\\rasshost';

let host: WindowsHost;

beforeAll(async () => {
  host = await openWindowsHost();
});

afterAll(() => host.close());

function query(at: WindowsHost, name: string) {
  return at.run('reg.exe', ['query', `HKLM\\${KEY}`, '/v', name]);
}

test('a program is run with its arguments, exit code and both outputs', async () => {
  const script = 'console.log(process.argv[1]); console.error("no"); process.exit(7)';
  expect(await host.run(host.node, ['-e', script, 'a "b" \\'])).toEqual({
    code: 7,
    stdout: 'a "b" \\\n',
    stderr: 'no\n',
  });
});

test('a local path reaches a Windows program as a path that it can open', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost test '));
  const file = join(directory, 'a b.txt');
  writeFileSync(file, 'content');
  const script = 'console.log(fs.readFileSync(process.argv[1], "utf8"))';
  const { stdout } = await host.run(host.node, ['-e', script, host.toWindows(file)]);
  rmSync(directory, { recursive: true });
  expect(stdout).toBe('content\n');
  expect(host.toWindows('C:\\ras\\other.dll')).toBe('C:\\ras\\other.dll');
});

test('registry values arrive as they were given, text and numbers', async () => {
  await host.setRegistry([
    { key: KEY, name: 'PolicyPath', data: 'Z:\\a "quoted" b\\\u00e4\u4e2d.ts' },
    { key: KEY, name: 'DialogSeconds', data: 4_294_967_295 },
  ]);
  const script = `
    const { registryText } = require(process.argv[1]);
    console.log(JSON.stringify(registryText('SOFTWARE\\\\rasshost', 'PolicyPath')));`;
  const registry = host.toWindows(join(host.packageDirectory, 'dist/windows/registry.js'));
  const { stdout, stderr } = await host.run(host.node, ['-e', script, registry]);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toBe('Z:\\a "quoted" b\\\u00e4\u4e2d.ts');
  expect((await query(host, 'DialogSeconds')).stdout).toMatch(/REG_DWORD +0xffffffff/);
});

test('registry values that are written at the same time all arrive', async () => {
  const names = ['One', 'Two', 'Three'];
  await Promise.all(names.map((name) => host.setRegistry([{ key: KEY, name, data: name }])));
  for (const name of names) expect((await query(host, name)).stdout).toContain(`    ${name}`);
});

test('two hosts have a registry each', async () => {
  const other = await openWindowsHost();
  await other.setRegistry([{ key: KEY, name: 'LogPath', data: 'there' }]);
  expect((await query(other, 'LogPath')).code).toBe(0);
  expect((await query(host, 'LogPath')).code).toBe(1);
  await other.close();
});

test('closing a host ends what still runs in it and removes its prefix and what Wine has made for it', async () => {
  const other = await openWindowsHost();
  const child = other.spawn(other.node, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  // A process has none between its birth and its program.
  const environment = () => readFileSync(`/proc/${child.pid}/environ`, 'latin1');
  const prefix = await until(
    'the environment',
    () => /WINEPREFIX=([^\0]+)/.exec(environment())?.[1],
  );
  // Debian's Wine notes there what its wineserver has made below /tmp.
  const serverDirectory = join('/tmp', readFileSync(join(prefix, 'wineserver'), 'utf8'));
  expect(existsSync(serverDirectory)).toBe(true);
  await other.close();
  await exited;
  expect(existsSync(serverDirectory)).toBe(false);
  expect(prefix).toContain('rasshost-prefix-');
  expect(processesWith(`WINEPREFIX=${prefix}`)).toEqual([]);
  expect(existsSync(prefix)).toBe(false);
});

test('a prefix that was named keeps its registry from one host to the next', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-test-'));
  const winePrefix = join(directory, 'prefix');
  const first = await openWindowsHost({ winePrefix });
  await first.setRegistry([{ key: KEY, name: 'LogPath', data: 'kept' }]);
  await first.close();
  const second = await openWindowsHost({ winePrefix });
  expect((await query(second, 'LogPath')).stdout).toContain('kept');
  await second.close();
  rmSync(directory, { recursive: true });
});
