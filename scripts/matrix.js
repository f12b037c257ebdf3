'use strict';
// `npm run matrix [-- NAME ...]`: runs the suites on each platform and Node.js that rasshost is for,
// and writes what came of them into docs/matrix.md. As root on Debian, since it makes a Debian 13 in
// the cache. CONTRIBUTING.md has more.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } = require('node:fs');
const { basename, join } = require('node:path');
const { buildTypeScript, buildWindows } = require('./build');
const { CLONE, openRoot, runInRoot } = require('./debian-root');
const { countTests } = require('./jest');
const { withLinuxNode } = require('./linux-node');
const { writeRows } = require('./matrix-page');
const { chosenRuns } = require('./matrix-runs');
const { ROOT } = require('./run');
const { ensureTools } = require('./tools');

const RESULTS = join(ROOT, 'build/matrix');

/** Makes the Wine home, with node.exe, and prints Wine's version. */
const MAKE_HOME = `
const { ensureWineHome, wineVersion } = require('./dist/windows/wine-home');
ensureWineHome(() => {}).then(({ programs }) => console.log(wineVersion(programs)));`;

const progress = (line) => console.log(`  ${line}`);

const logOf = (name) => join(RESULTS, `${name.replaceAll('/', '-')}.log`);

/** Runs a command in this checkout with its output in a file. Returns its exit code. */
async function runHere([program, ...args], log, env = process.env) {
  const output = openSync(log, 'a');
  try {
    const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', output, output] });
    const [code] = await once(child, 'exit');
    return code ?? 1;
  } finally {
    closeSync(output);
  }
}

/** A place where suites run: how, where its checkout is seen from here, and what it is. */
async function openHere() {
  ensureTools(['build', 'run', 'test']);
  progress('building');
  buildTypeScript();
  buildWindows({ tests: true });
  return {
    platform: platformOf('/'),
    checkout: ROOT,
    run: (command, log, env) => runHere(command, log, { ...process.env, ...env }),
  };
}

/** No Windows binary is needed there. */
async function openLinux() {
  progress('building');
  buildTypeScript();
  return { platform: platformOf('/'), checkout: ROOT, run: runHere };
}

/** A Debian 13 with a clone of this checkout, and what `npm ci` brings. */
async function openClone(fresh) {
  ensureTools(['matrix']);
  progress('building what the command itself needs');
  buildTypeScript();
  const { cacheDirectory } = require('../dist/windows/wine-home');
  const log = logOf('debian13');
  const root = await openRoot(cacheDirectory(), { fresh, log, progress });
  const place = {
    platform: platformOf(root),
    checkout: join(root, CLONE),
    run: (command, file, env) => runInRoot(root, command, file, env),
  };
  await prepare(place, log, 'npm ci', ['npm', 'ci']);
  return place;
}

async function prepare(place, log, what, command) {
  progress(what);
  if ((await place.run(command, log)) !== 0) throw new Error(`failed: see ${log}`);
}

/** What the README's own commands are to install and build, they do. */
const openFreshDebian13 = () => openClone(true);

async function openDebian13() {
  const place = await openClone(false);
  const build = ['node', 'scripts/build.js', '--tests'];
  await prepare(place, logOf('debian13'), 'installing and building', build);
  return place;
}

const PLACES = {
  'fresh debian13': openFreshDebian13,
  debian13: openDebian13,
  here: openHere,
  linux: openLinux,
};

function platformOf(root) {
  const text = readFileSync(join(root, 'etc/os-release'), 'utf8');
  return `Debian ${/^VERSION_ID="?(\d+)/m.exec(text)?.[1]}`;
}

async function wineOf(place, env) {
  const log = join(RESULTS, 'wine.log');
  rmSync(log, { force: true });
  const code = await place.run(['node', '-e', MAKE_HOME], log, env);
  const version = /^wine-(\S+)/m.exec(readFileSync(log, 'utf8'))?.[1];
  if (code !== 0 || version === undefined) throw new Error(`no Wine: see ${log}`);
  return version;
}

/** What `npm start` and `npm test` say of themselves. */
async function runReadme(place, { command }, log) {
  const code = await place.run(['npm', command], log);
  const printed = readFileSync(log, 'utf8');
  if (command === 'test') {
    const [, passed, failed] = /^(\d+) passed, (\d+) failed\s*$/m.exec(printed) ?? [];
    if (passed === undefined) throw new Error(`npm test came to no end: see ${log}`);
    return { passed: Number(passed), failed: Number(failed) };
  }
  const works = code === 0 && /^call 1: success/m.test(printed) && !/simulated/.test(printed);
  return { passed: works ? 1 : 0, failed: works ? 0 : 1 };
}

async function runJest(place, { jest }, log, env) {
  const report = 'build/matrix.json';
  rmSync(join(place.checkout, report), { force: true });
  const command = ['node', 'node_modules/jest/bin/jest.js', '--ci', '--json'];
  await place.run([...command, `--outputFile=${report}`, ...jest], log, env);
  if (!existsSync(join(place.checkout, report))) throw new Error(`jest did not run: see ${log}`);
  const result = JSON.parse(readFileSync(join(place.checkout, report), 'utf8'));
  for (const file of result.testResults) {
    if (file.message !== '') progress(`failed: ${basename(file.name)}`);
  }
  return countTests(result);
}

/** Runs one suite. Returns its row of the table. */
async function row(place, run) {
  const log = logOf(run.name);
  rmSync(log, { force: true });
  const linux = run.place === 'linux';
  const env = linux ? await withLinuxNode(run.line) : { RASSHOST_WINE_NODE: run.line };
  const wine = linux ? 'none' : run.command ? undefined : await wineOf(place, env);
  const { passed, failed } = run.command
    ? await runReadme(place, run, log)
    : await runJest(place, run, log, env);
  const date = new Date().toISOString().slice(0, 10);
  return [
    place.platform,
    wine ?? (await wineOf(place)),
    ...[run.node, run.suite, String(passed), String(failed), date],
  ];
}

/** Runs suites, those of a place in the same one unless it is to be fresh. Returns their counts. */
async function runAll(runs) {
  const counts = [];
  for (const [name, open] of Object.entries(PLACES)) {
    let place;
    for (const run of runs.filter((candidate) => candidate.place === name)) {
      const started = Date.now();
      console.log(`${run.name} ...`);
      try {
        if (!place || name.startsWith('fresh')) place = await open();
        const cells = await row(place, run);
        await writeRows([cells]);
        const [, , , , passed, failed] = cells;
        const seconds = Math.round((Date.now() - started) / 1000);
        console.log(`${run.name}: ${passed} passed, ${failed} failed (${seconds} s)`);
        counts.push({ passed: Number(passed), failed: Number(failed) });
      } catch (error) {
        // The other suites are worth their hours all the same.
        console.log(`${run.name}: ${error.message}`);
        counts.push({ passed: 0, failed: 1 });
      }
    }
  }
  return counts;
}

async function main(names) {
  const runs = chosenRuns(names);
  mkdirSync(RESULTS, { recursive: true });
  const counts = await runAll(runs);
  const sum = (what) => counts.reduce((total, count) => total + count[what], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed');
}

main(process.argv.slice(2)).then(
  (failed) => (process.exitCode = failed === 0 ? 0 : 1),
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
