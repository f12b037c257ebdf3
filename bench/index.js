'use strict';

// `npm run bench`: a table, and as its last line everything as one JSON object. The exit code is 1
// when a figure is beyond its limit.

const { arch, cpus, platform } = require('node:os');

const BENCHMARKS = [require('./start-up')];

function main() {
  const figures = BENCHMARKS.flatMap(({ name, measure }) =>
    measure().map((figure) => ({ benchmark: name, ...figure })),
  );
  for (const { benchmark, name, unit, value, limit } of figures) {
    const most = limit === undefined ? '' : `  (at most ${limit})`;
    console.log(
      `${benchmark.padEnd(10)} ${name.padEnd(40)} ${value.toFixed(2).padStart(9)} ${unit}${most}`,
    );
  }
  const machine = `${platform()}-${arch()}, ${cpus().length} processors`;
  console.log(JSON.stringify({ node: process.version, machine, figures }));
  const isBeyond = ({ value, limit = Infinity }) => value > limit;
  process.exitCode = figures.some(isBeyond) ? 1 : 0;
}

main();
