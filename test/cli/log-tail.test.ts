import { appendFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogTail } from '../../lib/cli/log-tail';

test('what is appended is passed on, across a file that is renamed and begun anew', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-tail-'));
  const file = join(directory, 'log');
  jest.useFakeTimers();
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
  jest.useRealTimers();
  rmSync(directory, { recursive: true });
  expect(text).toBe('one\ntwo\nthree\nfour\nfive\n');
});
