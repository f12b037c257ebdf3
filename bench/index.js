'use strict';

// `npm run bench [-- --quick] [-- --write]`: rasshost side by side with a security DLL in C++
// (docs/performance.md). Prints tables, and as its last line the ratios as one JSON object; all
// that was measured goes to build/bench.json. With --write the results go into docs/, too.
//
// `-- --before DIRECTORY`: a checkout of another revision, with its node_modules and built, takes
// its turns with this one.

const { mkdirSync, writeFileSync } = require('node:fs');
const { availableParallelism, platform } = require('node:os');
const { join } = require('node:path');
const { parseArgs } = require('node:util');
const { ROOT } = require('../scripts/run');
const { buildPrograms } = require('./programs');

const QUICK = {
  workerStarts: 11,
  loads: [
    { mode: 'keystroke', callers: 1, dialogs: 40, rounds: 5 },
    { mode: 'keystroke', callers: 64, dialogs: 128, rounds: 3 },
    { mode: 'burst', callers: 64, dialogs: 192, rounds: 3 },
    { mode: 'burst', callers: 256, dialogs: 256, rounds: 3 },
  ],
};

const FULL = {
  workerStarts: 21,
  workerLosses: 15,
  simulatorStarts: 10,
  channelDialogs: 20,
  openDialogs: [64, 500, 1000],
  loads: [
    { mode: 'keystroke', callers: 1, dialogs: 60, rounds: 9 },
    { mode: 'keystroke', callers: 16, dialogs: 160, rounds: 5 },
    { mode: 'keystroke', callers: 64, dialogs: 256, rounds: 5 },
    { mode: 'keystroke', callers: 256, dialogs: 512, rounds: 2 },
    { mode: 'keystroke', callers: 1000, dialogs: 1000, rounds: 1 },
    { mode: 'burst', callers: 1, dialogs: 60, rounds: 5 },
    { mode: 'burst', callers: 16, dialogs: 128, rounds: 5 },
    { mode: 'burst', callers: 64, dialogs: 256, rounds: 7 },
    { mode: 'burst', callers: 256, dialogs: 384, rounds: 5 },
    { mode: 'burst', callers: 1000, dialogs: 1000, rounds: 2 },
  ],
};

async function main() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      write: { type: 'boolean' },
      before: { type: 'string' },
    },
  });
  buildPrograms();
  // They need what has just been built.
  const { measure } = require('./measure');
  const { asText, tables } = require('./report');
  const { summarize } = require('./summary');

  const measured = {
    machine: await machine(),
    ...(await measure(values.quick ? QUICK : FULL, values.before)),
  };
  const results = { measured, summary: summarize(measured) };
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  writeFileSync(join(ROOT, 'build/bench.json'), `${JSON.stringify(results, undefined, 1)}\n`);
  for (const table of tables(results)) console.log(asText(table));
  if (values.write) await require('./write').writeDocs(results);
  console.log(JSON.stringify(results.summary));
}

async function machine() {
  const { ensureWineHome, wineVersion } = require('../dist/windows/wine-home');
  const { programs } = await ensureWineHome(console.error);
  return {
    date: new Date().toISOString().slice(0, 10),
    system: platform(),
    processors: availableParallelism(),
    node: process.version,
    wine: wineVersion(programs),
  };
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
