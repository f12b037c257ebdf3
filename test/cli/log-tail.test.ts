import { appendFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { LogTail } from '../../lib/cli/log-tail';

describe('LogTail', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'rasshost-log-tail-'));
    jest.useFakeTimers({ doNotFake: ['nextTick'] });
  });

  afterEach(() => {
    jest.useRealTimers();
    rmSync(directory, { recursive: true });
  });

  test('shows the same text however the file grows: no character and no line end is torn', () => {
    const file = join(directory, 'log.txt');
    const byte = fc.oneof(fc.constantFrom(13, 10, 0xe2, 0x82, 0xac, 0xf0, 0x9f), fc.nat(255));
    const text = fc
      .array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\r\n', '\r', '€', '😀')))
      .map((parts) => Buffer.from(parts.join('')));
    const content = fc.oneof(
      text,
      fc.array(byte).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(content, fc.array(fc.nat(8)), (bytes, sizes) => {
        rmSync(file, { force: true });
        const shown: string[] = [];
        const tail = new LogTail(file, (part) => shown.push(part));
        let at = 0;
        for (const size of [...sizes, bytes.length]) {
          appendFileSync(file, bytes.subarray(at, at + size));
          at += size;
          jest.advanceTimersByTime(100);
        }
        tail.close();
        expect(shown.join('')).toBe(bytes.toString('utf8').replaceAll('\r\n', '\n'));
      }),
    );
  });

  test('passes on what is appended, across a file that is renamed and begun anew', () => {
    const file = join(directory, 'log');
    let text = '';
    const tail = new LogTail(file, (more) => (text += more));
    appendFileSync(file, 'one\r\ntwo\r\n');
    jest.advanceTimersByTime(1000);
    appendFileSync(file, 'three\r\n');
    renameSync(file, `${file}.1`);
    appendFileSync(file, 'four\r\n');
    jest.advanceTimersByTime(1000);
    appendFileSync(file, 'five\r\n');
    tail.close();
    expect(text).toBe('one\ntwo\nthree\nfour\nfive\n');
  });
});
