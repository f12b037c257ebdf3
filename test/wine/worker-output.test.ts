// What a worker writes to its standard output is in the log, to the last byte and no longer than
// the worker is there.
import { resolve } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { logged, loggedTimes, logOf } from '../support/our-dll';
import { openMachine } from '../support/ras-server';
import { makesDo, serving } from '../support/serving';
import { withSpy } from '../support/system-spy';

const OBEDIENT = resolve(__dirname, 'policies/obedient.ts');
const LAST_WORDS = resolve(__dirname, 'policies/last-words.ts');

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

test.each([
  ['', {}],
  [', although another process has inherited where it wrote to', { SPY_LEAK: '1' }],
])(
  'half a line is in the log when the worker has ended%s, and no line of its own looks like one of the security DLL',
  (_, env) =>
    serving(host, LAST_WORDS, withSpy(host, { env }), async (server) => {
      const caller = await server.call();
      await caller.sees('Go: ');
      caller.types('go\r');
      await server.outcome();
      await logged(server, /^worker: and half of o\r?$/m);
      expect(logOf(server)).toMatch(/^worker: over written\r?$/m);
      expect(logOf(server).match(/^.*policy reloaded/gm)).toEqual([
        'worker: 2026-01-01T00:00:00.000Z rasshost: event 1004 policy reloaded',
      ]);
    }),
);

test('a worker that ends without a word leaves no empty line', () =>
  serving(host, OBEDIENT, {}, async (server) => {
    await makesDo(server, 'exit');
    await loggedTimes(server, /takes the calls/, 2);
    const lines = logOf(server).split(/\r?\n/);
    expect(lines.indexOf('')).toBe(lines.length - 1);
  }));
