'use strict';
// Runs every check there is, one line each. The last line is `N passed, N failed`: the checks
// themselves, the test cases of the native tests, and those of jest.

const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const { fuzzAll } = require('./fuzz');
const { buildHost, FUZZING, nativeTests, THREADS } = require('./host-build');
const { runJest } = require('./jest');
const { checkReproducible } = require('./reproducible');
const { checkWithClang, checkX86Layouts } = require('./second-compiler');
const { ROOT, start, startNodePatiently } = require('./run');
const { ensureTools } = require('./tools');

/** For whoever runs the tests again. */
const ESLINT_CACHE = ['--cache', '--cache-location', 'build/eslintcache'];

/** Seconds that each fuzz target takes beyond its corpus; `npm run fuzz` takes longer. */
const FUZZING_SECONDS = 3;

const total = { passed: 0, failed: 0 };

/** Runs one step and counts the tests that it reports. Returns whether all is well. */
async function step(name, action) {
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  console.log(`${name} ...`);
  try {
    const { passed, failed } = await action();
    total.passed += passed;
    total.failed += failed;
    console.log(`${name}: ${passed} passed, ${failed} failed (${seconds()})`);
    return failed === 0;
  } catch (error) {
    total.failed += 1;
    console.log(`${name}: failed (${seconds()})\n${error.message}`);
    return false;
  }
}

/** Runs a step that counts as one test. */
function check(name, action) {
  return step(name, async () => {
    await action();
    return { passed: 1, failed: 0 };
  });
}

/** One of the scripts' functions in a process of its own, so that others can run meanwhile. */
function inProcess(expression) {
  return start(process.execPath, ['-e', expression], { stdio: ['ignore', 'inherit', 'pipe'] });
}

const buildTypeScript = () => inProcess("require('./scripts/build').buildTypeScript()");
const buildWindows = () => inProcess("require('./scripts/build').buildWindows({ tests: true })");

/** What is made once: the Windows packages and the Wine prefix that all tests start from. */
const makeWineHome = () =>
  inProcess("require('./dist/windows/wine-home').ensureWineHome(console.log)");

const fuzzTargets = async () => fuzzAll(await buildHost(FUZZING), undefined, FUZZING_SECONDS);

function formatOfNativeSources() {
  const sources = ['native', 'bench'].flatMap((directory) =>
    readdirSync(join(ROOT, directory), { recursive: true })
      .filter((name) => /\.(cc|h)$/.test(name))
      .map((name) => join(directory, name)),
  );
  return startNodePatiently('clang-format-node/build/cli.js', [
    ...['--dry-run', '--Werror'],
    ...sources,
  ]);
}

/**
 * Two at a time, beside the tests under Wine: these mostly wait, for each other's processes and for
 * time to pass.
 */
function otherChecks() {
  const node = startNodePatiently;
  const waiting = [
    () =>
      step('native tests, address and undefined behaviour sanitizers', () => nativeTests(FUZZING)),
    () =>
      check('eslint', () =>
        node('eslint/bin/eslint.js', ['.', '--max-warnings=0', ...ESLINT_CACHE]),
      ),
    () => check('types (tsc)', () => node('typescript/bin/tsc', ['-p', 'tsconfig.json'])),
    () => check('API reference (typedoc)', () => node('typedoc/bin/typedoc', [])),
    () => check('prettier', () => node('prettier/bin/prettier.cjs', ['--check', '.'])),
    () => check('clang-format', formatOfNativeSources),
    () => check('structure layouts for 32-bit Windows (clang)', checkX86Layouts),
    () => step('native tests, thread sanitizer', () => nativeTests(THREADS)),
    () => step('native tests, every order of events', () => nativeTests('', 'exploration_test')),
    () => step('fuzz targets', fuzzTargets),
    () => step('Windows binaries built again elsewhere, through cmake-js', checkReproducible),
    () => step('Windows sources with a second compiler (clang)', checkWithClang),
  ];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next();
  };
  return Promise.all([lane(), lane()]);
}

async function main() {
  if (!(await check('Debian packages', () => ensureTools(['build', 'run', 'test'])))) return;
  const built = await Promise.all([
    check('dist/ (tsc)', buildTypeScript).then(
      (compiled) => compiled && check('Windows packages and Wine prefix', makeWineHome),
    ),
    check('Windows binaries (mingw-w64)', buildWindows),
  ]);
  const others = otherChecks();
  await step('jest', () => {
    if (built.includes(false)) throw new Error('not run, since what it tests could not be built');
    return runJest();
  });
  await others;
}

void main().then(() => {
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
});
