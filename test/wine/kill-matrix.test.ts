import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { FAULTS, MOMENTS, type Fault } from '../support/kill-matrix-order';
import { FaultRun } from '../support/kill-matrix-run';
import { killMatrixTable, killMatrixTimes } from '../support/kill-matrix-table';
import { openMachine } from '../support/ras-server';

const PAGE = resolve(__dirname, '../../docs/kill-matrix.md');
/** The same cells as they were in this run, for whoever wants to know. */
const MEASURED = resolve(__dirname, '../../build/kill-matrix.json');

const TABLE = /(?<=<!-- written by test\/wine\/kill-matrix.test.ts -->\n\n)[^]*?(?=\n<!-- end -->)/;
const TIMES =
  /(?<=<!-- measured by test\/wine\/kill-matrix.test.ts -->\n\n)[^]*?(?=\n<!-- end -->)/;

/** Most of the time the machines wait for bounds to pass. */
const MACHINES = 5;

/** Those that wait most, or start most programs, begin first. */
const QUEUE: readonly Fault[] = [
  'policy never answers',
  'worker suspended',
  'worker floods',
  'event loop blocked',
  'service stops',
  'service leaves',
  ...FAULTS,
];

const runs = new Map<Fault, { run: FaultRun; problem: unknown }>();

beforeAll(async () => {
  const queue = [...new Set(QUEUE)];
  await Promise.all(
    Array.from({ length: MACHINES }, async () => {
      // Each has a registry of its own, since a reload reads the settings anew.
      const host = await openMachine();
      for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
        const run = new FaultRun(host, fault);
        const problem: unknown = await run.run().catch((error: unknown) => error);
        runs.set(fault, { run, problem });
      }
      await host.close();
    }),
  );
}, 600_000);

test.each(FAULTS)(
  '%s: at no moment SUCCESS without the policy, one Complete or an End, nobody else harmed (SD-07, SD-25, SD-26)',
  (fault) => {
    const { run, problem } = runs.get(fault) ?? {};
    expect(problem).toBeUndefined();
    expect(run?.cells.filter((cell) => cell.problems.length > 0)).toEqual([]);
    expect(run?.cells.map((cell) => cell.moment)).toEqual(MOMENTS);
  },
);

test('docs/kill-matrix.md says what came of each fault (KILL_MATRIX=write writes it)', () => {
  const cells = [...runs.values()].flatMap(({ run }) => run.cells);
  mkdirSync(dirname(MEASURED), { recursive: true });
  writeFileSync(MEASURED, JSON.stringify(cells, undefined, 2));
  const page = readFileSync(PAGE, 'utf8');
  const table = killMatrixTable(cells);
  const times = killMatrixTimes(cells);
  const across = [...runs.values()].reduce((sum, { run }) => sum + run.acrossStops, 0);
  console.log(`${across} times Complete was called before the service had stopped, and back after`);
  console.log(`from the fault to the end of the dialog, in ms\n${times}`);
  // Without the places for them nothing would be written, and nobody told.
  expect(page).toMatch(TABLE);
  expect(page).toMatch(TIMES);
  if (process.env['KILL_MATRIX'] === 'write') {
    const today = new Date().toISOString().slice(0, 10);
    writeFileSync(
      PAGE,
      page.replace(TABLE, () => table).replace(TIMES, () => `Measured on ${today}.\n\n${times}`),
    );
  } else {
    expect(TABLE.exec(page)?.[0]).toBe(table);
  }
});
