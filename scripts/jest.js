'use strict';
// Runs jest, and tells where its time has gone.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { existsSync, readFileSync, rmSync } = require('node:fs');
const { join, relative } = require('node:path');
const { ROOT } = require('./run');

const REPORT = join(ROOT, 'build/jest.json');

/** So many of the test files that took longest are named. */
const NAMED = 10;

/** Returns how many tests have passed and failed. */
async function runJest(args = []) {
  rmSync(REPORT, { force: true });
  const script = join(ROOT, 'node_modules/jest/bin/jest.js');
  const report = ['--ci', '--json', `--outputFile=${REPORT}`];
  const options = { cwd: ROOT, stdio: 'inherit' };
  const jest = spawn(process.execPath, [script, ...report, ...args], options);
  const [code] = await once(jest, 'exit');
  if (!existsSync(REPORT)) throw new Error(`jest: exit code ${code}`);
  const result = JSON.parse(readFileSync(REPORT, 'utf8'));
  console.log(slowestFiles(result.testResults));
  return countTests(result);
}

/** How many tests have passed and failed, by what jest's --json says. */
function countTests(result) {
  return {
    passed: result.numPassedTests,
    // A skipped test proves nothing, and a file that does not load hides its tests.
    failed:
      result.numFailedTests +
      result.numPendingTests +
      result.numTodoTests +
      result.numRuntimeErrorTestSuites,
  };
}

function slowestFiles(files) {
  const rows = files
    .map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1000 }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, NAMED)
    .map(({ name, seconds }) => `  ${seconds.toFixed(1).padStart(6)} s  ${relative(ROOT, name)}`);
  return ['the test files that took longest:', ...rows].join('\n');
}

module.exports = { countTests, runJest };
