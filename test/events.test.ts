import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Number and text of each event, as the message table has them. */
const MESSAGES = [
  ...read('native/security_dll/events.mc').matchAll(/^MessageId=(\d+)\n(?:\w+=.*\n)+(.*)\n\.$/gm),
].map(([, number = '', text = '']) => [number, text]);

test('the message table, the security DLL and docs/events.md have the same events', () => {
  expect(MESSAGES.map(([number]) => number)).toEqual([
    '1000',
    '1001',
    '1002',
    '1003',
    '1004',
    '1005',
    '1006',
    '1007',
  ]);
  const ids = [...read('native/security_dll/event_log.h').matchAll(/(k\w+) = (1\d{3}),/g)];
  const inDll = ids.map(([, name = '', number]) => [
    number,
    new RegExp(`${name},\\s*EVENTLOG_\\w+,\\s*"([^"]*)"`).exec(
      read('native/security_dll/event_log.cc'),
    )?.[1],
  ]);
  const inDocs = [...read('docs/events.md').matchAll(/^\| (\d{4}) +\| \w+ +\| (.*?) +\|/gm)];
  expect(inDll).toEqual(MESSAGES);
  expect(inDocs.map(([, number, text]) => [number, text])).toEqual(MESSAGES);
});

test('rasshost.dll has the texts in it', () => {
  const dll = readFileSync(join(ROOT, 'prebuilds/win32-x64/rasshost.dll'));
  for (const [, text = ''] of MESSAGES)
    expect(dll.includes(Buffer.from(text, 'utf16le'))).toBe(true);
});
