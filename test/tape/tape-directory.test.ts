import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePolicy, deny, type DialogReport } from 'rasshost';
import { SimulatedRasServer, type SimulatedOutcome } from 'rasshost/testing';
import { TapeDirectory } from '../../lib/tape/tape-directory';
import { readTape } from '../../lib/replay/read-tape';
import { writeTape } from '../../lib/tape/tape-file';
import type { Tape } from '../../lib/tape/tape';
import { record } from './recording';

const policy = definePolicy(() => deny({ userName: 'alice', domain: 'CONTOSO' }));

let directory: string;
let tape: Tape;
beforeAll(async () => {
  tape = await record(policy, []);
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapes-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('writing a tape', () => {
  test('leaves that file alone, which others can not read', async () => {
    const file = join(directory, 'a.tape');
    await writeTape(file, tape);
    expect(readdirSync(directory)).toEqual(['a.tape']);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await readTape(file)).toEqual(tape);
  });

  test('never overwrites a file', async () => {
    const file = join(directory, 'a.tape');
    writeFileSync(file, 'precious');
    await expect(writeTape(file, tape)).rejects.toMatchObject({ code: 'RASSHOST_E_EXISTS' });
    expect(readFileSync(file, 'utf8')).toBe('precious');
    expect(readdirSync(directory)).toEqual(['a.tape']);
    const half = join(directory, 'b.tape.part');
    writeFileSync(half, 'precious');
    await expect(writeTape(join(directory, 'b.tape'), tape)).rejects.toThrow(half);
    expect(readFileSync(half, 'utf8')).toBe('precious');
  });

  test('is done by one of many who write the same file at once', async () => {
    const file = join(directory, 'a.tape');
    const written = await Promise.allSettled(
      Array.from({ length: 5 }, () => writeTape(file, tape)),
    );
    expect(written.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(readdirSync(directory)).toEqual(['a.tape']);
  });
});

describe('a directory of tapes', () => {
  /** Runs one dialog, and returns how it ended and what was complained about. */
  async function call(path: string) {
    const problems: string[] = [];
    const reports: DialogReport[] = [];
    let recorded = Promise.resolve();
    const caller = new SimulatedRasServer({ firstPort: 42 }).call((transaction) => {
      const tapes = new TapeDirectory(path, (text) => problems.push(text));
      recorded = tapes.record(transaction, policy, (report) => reports.push(report));
    });
    const { outcome }: SimulatedOutcome = await caller.outcome;
    await recorded;
    return { outcome, problems, reports };
  }

  test('gets a file for each dialog, named after its time and id', async () => {
    expect(await call(directory)).toMatchObject({ outcome: 'failure', problems: [] });
    const [name = '', ...others] = readdirSync(directory);
    expect([name, others]).toEqual([expect.stringMatching(/^\d{8}T\d{6}\.\d{3}Z-42\.tape$/), []]);
    const { header } = await readTape(join(directory, name));
    expect(name).toBe(`${header.started.replaceAll(/[-:]/g, '')}-42.tape`);
  });

  test('keeps the newest 1000 tapes, and every other file', async () => {
    const name = (number: number) => `20200101T000000.${String(number).padStart(3, '0')}Z-1.tape`;
    for (let number = 0; number < 1000; number++) writeFileSync(join(directory, name(number)), '');
    writeFileSync(join(directory, '00000000.tape'), '');
    await call(directory);
    expect(readdirSync(directory)).toHaveLength(1001);
    expect(existsSync(join(directory, name(0)))).toBe(false);
    expect(existsSync(join(directory, name(1)))).toBe(true);
  });

  test('that can not be written to changes no verdict, and is complained about', async () => {
    const { outcome, problems, reports } = await call(join(directory, 'none'));
    expect([outcome, reports.length]).toEqual(['failure', 1]);
    expect(problems).toEqual([
      expect.stringMatching(/^dialog 42: no tape: .*RASSHOST_E_TAPE: .*ENOENT/),
    ]);
  });
});
