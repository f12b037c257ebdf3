// The service stops while callers get their verdicts: how often does a stop fall between the look at
// the service and the call of Complete, or into Complete itself?
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { completesAroundStop, type CompletesAroundStop } from '../support/completes-around-stop';
import { MatrixService } from '../support/kill-matrix-server';
import { requestReload } from '../support/our-dll';
import { STOPPED, STOPPING, VERDICTS } from '../support/overtaken-files';
import { openMachine, RasServer, until } from '../support/ras-server';
import { seeded } from '../support/seeded';
import { soakSize } from '../support/soak-size';
import type { TracedServer } from '../support/traced-server';
import { processesWith } from '../support/wine-processes';

const POLICY = resolve(__dirname, 'policies/overtaken.ts');
const STOPS = soakSize({ inTest: 4, inSoak: 100 });
const CALLERS = 12;
const LATE: readonly string[] = [STOPPING, STOPPED];
const COMPLETE = 'RasSecurityDialogComplete';
const END = 'RasSecurityDialogEnd';

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

interface Count extends CompletesAroundStop {
  /** Verdicts that were given when the service was known to be stopping, or to have stopped. */
  readonly late: number;
  /** Of these, how many the server was told. */
  readonly told: number;
  /** Calls of Send, Receive and GetInfo after the service had stopped. */
  readonly calls: number;
}

/** One run of the service, which stops when so many calls have been answered. */
async function stopAfter(calls: number, reloads: boolean, leaves: boolean): Promise<Count> {
  const directory = RasServer.newDirectory();
  const shared = (name: string) => join(directory, name);
  const policy = shared('policy.ts');
  writeFileSync(
    policy,
    `process.env['OVERTAKEN'] = ${JSON.stringify(host.toWindows(directory))};
    export { default } from ${JSON.stringify(host.toWindows(POLICY))};`,
  );
  writeFileSync(shared(VERDICTS), '');
  const service = await MatrixService.start(host, policy, {
    directory,
    // For the worker's command line.
    settings: { nodeArguments: `--title=${directory}` },
    args: [
      // Has the trace tell when Complete is called.
      ...['--arrival-gate', host.toWindows(shared('none'))],
      // The names of the verdicts tell what a limit of time can't.
      ...['--crossing', '60000'],
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
    writeFileSync(shared(STOPPING), '');
    await service.stopIsSeen();
    await service.endStop();
    writeFileSync(shared(STOPPED), '');
    // They leave when nothing is to come of their dialogs any more.
    await until('the workers to leave', () => processesWith(`--title=${directory}`).length === 0);
    await service.allBack();
    const code = await service.stop();
    await Promise.all(callers);
    const trace = server.trace();
    const broken = trace.find((line) => line['violation'] !== undefined);
    // With all that has to do with that dialog.
    expect(broken ? trace.filter(({ hPort }) => hPort === broken['hPort']) : []).toEqual([]);
    expect(code).toBe(0);
    const late = readFileSync(shared(VERDICTS), 'utf8')
      .split('\n')
      .filter((name) => LATE.includes(name));
    return {
      ...completesAroundStop(trace),
      late: late.length,
      told: trace.filter(({ userName }) => LATE.includes(String(userName))).length,
      calls: trace
        .slice(trace.findIndex((line) => line['service'] === 'stopped'))
        .filter(({ call = COMPLETE }) => ![COMPLETE, END].includes(call)).length,
    };
  } finally {
    await service.dispose();
  }
}

test('a verdict that is given when the service is stopping, or has stopped, is told to nobody, whatever moment of a dialog the stop has found (SD-24, SD-26)', async () => {
  const random = seeded(4711);
  const sum = { all: 0, owed: 0, unasked: 0, across: 0, after: 0, late: 0, told: 0, calls: 0 };
  for (let stop = 0; stop < STOPS; stop++) {
    const count = await stopAfter(1 + (random() % 100), stop % 4 === 3, stop % 2 === 1);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += count[key];
  }
  console.log(`${STOPS} stops: ${JSON.stringify(sum)}`);
  expect(sum.told).toBe(0);
  expect(sum.late).toBeGreaterThan(0);
});
