// The examples of docs/state.md, with several workers where it is about them.
import { execFile } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Secret } from 'rasshost';
import { OneAtATime } from '../../examples/one-at-a-time';
import { replaceFile } from '../../examples/replace-file';
import { UsedCodes } from '../../examples/used-codes';

const ROOT = join(__dirname, '../..');

let directory: string;

beforeEach(async () => {
  directory = await fs.mkdtemp(join(tmpdir(), 'rasshost-state-'));
});

afterEach(() => fs.rm(directory, { recursive: true }));

/**
 * What a script prints as JSON that runs in so many processes at once, among the examples. To it
 * they are CommonJS, whose exports are properties of the default import.
 */
async function inProcesses(count: number, script: string): Promise<unknown[]> {
  const typescript = pathToFileURL(join(ROOT, 'node_modules/jiti/lib/jiti-register.mjs')).href;
  const args = ['--import', typescript, '--input-type=module', '-e', script];
  const options = { cwd: join(ROOT, 'examples'), env: { ...process.env, DIRECTORY: directory } };
  const runs = Array.from({ length: count }, () =>
    promisify(execFile)(process.execPath, args, options),
  );
  return (await Promise.all(runs)).map(({ stdout }) => JSON.parse(stdout) as unknown);
}

describe('UsedCodes', () => {
  test('lets a code be used once, by whichever worker is first', async () => {
    const firsts = await inProcesses(
      3,
      `import usedCodes from './used-codes.ts';
       const used = new usedCodes.UsedCodes(process.env.DIRECTORY);
       const codes = Array.from({ length: 10 }, (_, n) => ({ digest: () => Buffer.of(n) }));
       const isFirst = await Promise.all(codes.map((code) => used.use('alice', code)));
       console.log(JSON.stringify(isFirst.flatMap((first, n) => (first ? [n] : []))));`,
    );
    const all = (firsts as number[][]).flat().sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 10 }, (_, n) => n));
  });

  test('has the codes of each user by themselves, however the name is spelled', async () => {
    const code = () => new Secret(Buffer.from('246810'));
    const used = new UsedCodes(join(directory, 'made', 'when', 'needed'));
    expect(await used.use('alice', code())).toBe(true);
    expect(await used.use('ALICE', code())).toBe(false);
    expect(await used.use('bob', code())).toBe(true);
  });

  test('throws where nothing can be written, so that nobody is let in', async () => {
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const write = jest.spyOn(fs, 'writeFile').mockRejectedValueOnce(full);
    const code = new Secret(Buffer.from('246810'));
    await expect(new UsedCodes(directory).use('alice', code)).rejects.toThrow('no space left');
    write.mockRestore();
    expect(await new UsedCodes(directory).use('alice', code)).toBe(true);
  });
});

describe('replaceFile', () => {
  const contents = ['a', 'b'].map((letter) => letter.repeat(1_000_000));

  test('gives each reader one content or the other, as a whole', async () => {
    const path = join(directory, 'users.json');
    await fs.writeFile(path, contents[0] ?? '');
    const writers = inProcesses(
      2,
      `import replacing from './replace-file.ts';
       for (let n = 0; n < 6; n++) {
         await replacing.replaceFile(process.env.DIRECTORY + '/users.json', 'ab'[n % 2].repeat(1_000_000));
       }
       console.log(0);`,
    );
    const read = new Set<string>();
    const isOver = writers.then(() => true);
    do {
      read.add(await fs.readFile(path, 'utf8'));
    } while (!(await Promise.race([isOver, nextTurn(false)])));
    expect([...read].sort()).toEqual(contents);
    expect(await fs.readdir(directory)).toEqual(['users.json']);
  });

  test('tries again while somebody has the file open, and leaves nothing behind', async () => {
    const path = join(directory, 'users.json');
    const inUse = Object.assign(new Error('in use'), { code: 'EPERM' });
    const rename = jest.spyOn(fs, 'rename').mockRejectedValueOnce(inUse);
    await replaceFile(path, 'new');
    expect(await fs.readFile(path, 'utf8')).toBe('new');

    rename.mockRejectedValue(Object.assign(new Error('gone'), { code: 'ENOENT' }));
    await expect(replaceFile(path, 'newer')).rejects.toThrow('gone');
    rename.mockRestore();
    expect(await fs.readFile(path, 'utf8')).toBe('new');
    expect(await fs.readdir(directory)).toEqual(['users.json']);
  });
});

describe('OneAtATime', () => {
  test('runs what has the same key in turn, and the rest at the same time', async () => {
    const turns = new OneAtATime();
    const may = new EventEmitter();
    const log: string[] = [];
    const run = (key: string, name: string) =>
      turns.run(key, async () => {
        log.push(`${name} begins`);
        await once(may, name);
        log.push(`${name} ends`);
        return name;
      });
    const results = [run('alice', 'a1'), run('alice', 'a2'), run('bob', 'b1')];
    expect(log).toEqual(['a1 begins', 'b1 begins']);
    may.emit('a1');
    await results[0];
    await Promise.resolve();
    expect(log).toEqual(['a1 begins', 'b1 begins', 'a1 ends', 'a2 begins']);
    may.emit('b1');
    may.emit('a2');
    expect(await Promise.all(results)).toEqual(['a1', 'a2', 'b1']);
  });

  test('goes on after a failure, which only its own caller hears of', async () => {
    const turns = new OneAtATime();
    const failed = turns.run('alice', () => Promise.reject(new Error('no answer')));
    const next = turns.run('alice', async () => 'answer');
    await expect(failed).rejects.toThrow('no answer');
    expect(await next).toBe('answer');
  });
});
