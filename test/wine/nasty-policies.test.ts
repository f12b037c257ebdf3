import { resolve } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { logged } from '../support/our-dll';
import { openMachine } from '../support/ras-server';
import { makesDo, prompted, serving } from '../support/serving';

const OBEDIENT = resolve(__dirname, 'policies/obedient.ts');

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

/** What a policy does, the error that its caller gets, the event, and what becomes of a bystander. */
type Nastiness = readonly [
  deed: string,
  dwError: number,
  event: RegExp,
  bystander: 'error' | 'success',
];

/** Ends by a bound of time that is low, or at once. */
const OVERDUE: readonly Nastiness[] = [
  ['block', 1460, /event 1002 worker lost: it has not answered for SilenceSeconds/, 'error'],
  ['exit', 1067, /event 1002 worker lost: it has ended/, 'error'],
  ['garbage', 645, /event 1001 dialog \d+ ended with error 645/, 'success'],
  ['never', 638, /event 1001 dialog \d+ ended with error 638/, 'success'],
];

/** Ends by a bound of memory. */
const GREEDY: readonly Nastiness[] = [
  ['eat', 8, /event 1002 worker lost: it uses more than twice MemoryMegabytes/, 'error'],
  ['hoard', 8, /event 1002 worker lost: it uses more than twice MemoryMegabytes/, 'error'],
];

test.each([
  ['takes its time', OVERDUE, { silenceSeconds: 4, dialogSeconds: 12 }],
  // Memory is looked at five times in SilenceSeconds, which are more than it takes to fill it.
  ['takes memory', GREEDY, { silenceSeconds: 30, memoryMegabytes: 256 }],
] as const)(
  'whatever a policy does that %s ends in ERROR for its caller, is an event, and leaves others their service (SD-07, SD-20)',
  (_, nastinesses, settings) =>
    serving(host, OBEDIENT, { settings: { spareWorkers: 1, ...settings } }, async (server) => {
      let calls = 0;
      for (const [deed, dwError, event, bystander] of nastinesses) {
        const beside = await prompted(server);
        const caller = await makesDo(server, deed);
        if (bystander === 'success') beside.types('grant\r');
        await caller.closed();
        await beside.closed();
        await makesDo(server, 'grant');
        await server.outcome((calls += 3));
        const outcomes = server.trace().filter((line) => line.outcome !== undefined);
        const [first, second, third] = outcomes.slice(-3);
        expect([first, second]).toContainEqual(
          expect.objectContaining({ outcome: 'error', dwError }),
        );
        expect([first?.outcome, second?.outcome].sort()).toEqual([bystander, 'error'].sort());
        expect(third).toMatchObject({ outcome: 'success', userName: 'alice' });
        await logged(server, event);
      }
    }),
);

test('a policy that fills the heap which NodeArguments allow ends in ERROR for its callers when V8 gives up (SD-07, SD-20)', () =>
  serving(
    host,
    OBEDIENT,
    // Higher than what V8 and its last words take.
    { settings: { nodeArguments: '--max-old-space-size=64', silenceSeconds: 60 } },
    async (server) => {
      const beside = await prompted(server);
      const caller = await makesDo(server, 'hoard');
      await caller.closed();
      await beside.closed();
      await makesDo(server, 'grant');
      await server.outcome(3);
      const outcomes = server.trace().filter((line) => line.outcome !== undefined);
      expect(outcomes).toMatchObject([
        { outcome: 'error', dwError: 1067 },
        { outcome: 'error', dwError: 1067 },
        { outcome: 'success', userName: 'alice' },
      ]);
      await logged(server, /JavaScript heap out of memory/);
      await logged(server, /event 1002 worker lost: it has ended/);
    },
  ));
