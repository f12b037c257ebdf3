// The service stops while callers get their verdicts: how often does a stop fall between the look at
// the service and the call of Complete, or into Complete itself?
import { resolve } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { completesAroundStop } from '../support/completes-around-stop';
import { MatrixService } from '../support/kill-matrix-server';
import { requestReload } from '../support/our-dll';
import { openMachine, RasServer, until } from '../support/ras-server';
import { seeded } from '../support/seeded';
import { soakSize } from '../support/soak-size';
import type { TracedServer } from '../support/traced-server';
import { processesWith } from '../support/wine-processes';

const POLICY = resolve(__dirname, 'policies/overtaken.ts');
const STOPS = soakSize({ inTest: 4, inSoak: 100 });
const CALLERS = 12;

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

/** Dials again and again, until nobody answers any more. */
async function dialsOn(server: TracedServer, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const caller = await server.call().catch(() => undefined);
    caller?.types('x');
    await caller?.closed();
  }
}

/** One run of the service, which stops when so many calls have been answered. */
async function stopAfter(calls: number, reloads: boolean, leaves: boolean) {
  const directory = RasServer.newDirectory();
  const service = await MatrixService.start(host, POLICY, {
    directory,
    // For the worker's command line.
    settings: { nodeArguments: `--title=${directory}` },
    args: [
      ...['--arrival-gate', host.toWindows(`${directory}/none`), '--crossing', '1000'],
      ...(leaves ? ['--leave-dialogs'] : []),
    ],
  });
  try {
    const { server } = service;
    let isOver = false;
    const callers = Array.from({ length: CALLERS }, () => dialsOn(server, () => isOver));
    await server.traced((line) => line['line'] === 'answered', calls);
    if (reloads) await requestReload(host);
    await service.beginStop();
    isOver = true;
    // Some of the dialogs that are open now get their verdict before the end of the stop, and some
    // after that.
    await service.stopIsSeen();
    await service.endStop();
    // They leave when nothing is to come of their dialogs any more.
    await until('the workers to leave', () => processesWith(`--title=${directory}`).length === 0);
    await service.allBack();
    expect(await service.stop()).toBe(0);
    await Promise.all(callers);
    expect(server.rules()).toEqual([]);
    return completesAroundStop(server.trace());
  } finally {
    await service.dispose();
  }
}

test('no Complete is called after the service has stopped, but for those that have looked before; while it stops, only those that an End has asked for (SD-24, SD-26)', async () => {
  const random = seeded(4711);
  const sum = { all: 0, owed: 0, unasked: 0, across: 0, after: 0 };
  for (let stop = 0; stop < STOPS; stop++) {
    const count = await stopAfter(1 + (random() % 100), stop % 4 === 3, stop % 2 === 1);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += count[key];
  }
  console.log(`${STOPS} stops: ${JSON.stringify(sum)}`);
  expect(sum.all).toBeGreaterThan(STOPS);
});
