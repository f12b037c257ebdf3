// A directory that is made once, also after a set-up that was killed.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeOnce } from '../../lib/windows/make-once';

let directory: string;

beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'rasshost-test-'))));
afterEach(() => rmSync(directory, { recursive: true }));

const fill = (staging: string) => writeFile(join(staging, 'made'), '');

test('what killed set-ups have left is removed, and what others are still filling is not', async () => {
  const dead = spawnSync('true').pid;
  const other = spawn('sleep', ['600']);
  try {
    for (const owner of [dead, other.pid]) mkdirSync(join(directory, `home.${owner}`));
    await makeOnce(join(directory, 'home'), fill);
  } finally {
    other.kill();
  }
  expect(readdirSync(directory).sort()).toEqual(['home', `home.${other.pid}`]);
  expect(readdirSync(join(directory, 'home'))).toEqual(['made']);
});

test('one that is there stays as it is', async () => {
  mkdirSync(join(directory, 'home'));
  await makeOnce(join(directory, 'home'), fill);
  expect(readdirSync(join(directory, 'home'))).toEqual([]);
});

test('nothing is left of one that could not be filled', async () => {
  const failing = () => Promise.reject(new Error('no node.exe'));
  await expect(makeOnce(join(directory, 'home'), failing)).rejects.toThrow('no node.exe');
  expect(readdirSync(directory)).toEqual([]);
});
