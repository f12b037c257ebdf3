import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyPackage } from '../../lib/windows/package-copy';

let directory: string;
let root: string;
let versions: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost-test-'));
  root = join(directory, 'package');
  versions = join(directory, 'versions');
  mkdirSync(join(root, 'dist/worker'), { recursive: true });
  mkdirSync(join(root, 'prebuilds/win32-x64'), { recursive: true });
  writeFileSync(join(root, 'package.json'), '{}');
  writeFileSync(join(root, 'dist/worker/main.js'), 'first');
  writeFileSync(join(root, 'prebuilds/win32-x64/rasshost.dll'), 'MZ');
  writeFileSync(join(root, 'README.md'), 'not needed at run time');
});

afterEach(() => rmSync(directory, { recursive: true }));

test('the copy has what runs on Windows and nothing else', async () => {
  const copy = await copyPackage(versions, root);
  expect(readdirSync(copy, { recursive: true }).sort()).toEqual([
    'dist',
    'dist/worker',
    'dist/worker/main.js',
    'package.json',
    'prebuilds',
    'prebuilds/win32-x64',
    'prebuilds/win32-x64/rasshost.dll',
  ]);
});

test('the same content is copied once, even by two at a time', async () => {
  const copies = await Promise.all([copyPackage(versions, root), copyPackage(versions, root)]);
  expect(new Set([...copies, await copyPackage(versions, root)]).size).toBe(1);
  expect(readdirSync(versions)).toHaveLength(1);
});

test('a changed file makes a new copy and leaves the old one as it was', async () => {
  const before = await copyPackage(versions, root);
  writeFileSync(join(root, 'dist/worker/main.js'), 'second');
  const after = await copyPackage(versions, root);
  expect(readFileSync(join(before, 'dist/worker/main.js'), 'utf8')).toBe('first');
  expect(readFileSync(join(after, 'dist/worker/main.js'), 'utf8')).toBe('second');
});

test('a copy that nobody has used for a day is removed with the next one', async () => {
  const old = await copyPackage(versions, root);
  const version = join(versions, readdirSync(versions)[0] ?? '');
  const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
  utimesSync(version, twoDaysAgo, twoDaysAgo);
  writeFileSync(join(root, 'dist/worker/main.js'), 'second');
  const fresh = await copyPackage(versions, root);
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
});

test('a package without Windows binaries is refused by the name of what is missing', async () => {
  rmSync(join(root, 'prebuilds'), { recursive: true });
  await expect(copyPackage(versions, root)).rejects.toMatchObject({
    code: 'RASSHOST_E_NATIVE_NOT_FOUND',
    message: expect.stringContaining(
      `${join(root, 'prebuilds/win32-x64')} is missing: build them in a checkout`,
    ),
  });
});
