'use strict';
// Runs every check there is, one line each. The last line is `N passed, N failed`: the checks
// themselves, the test cases of the native tests, and those of jest.

const { existsSync, readFileSync, readdirSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const { buildTypeScript, buildWindows } = require('./build');
const { checkReproducible } = require('./reproducible');
const { checkWithClang, checkX86Layouts } = require('./second-compiler');
const { ROOT, run, start, startNode, startPatiently } = require('./run');
const { ensureTools } = require('./tools');
const { unrandomized } = require('./unrandomized');

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

/** Builds the portable part and its unit tests for this system and runs them. */
async function nativeTests(sanitizers) {
  const build = `build/host-${sanitizers.replaceAll(',', '-')}`;
  const binaries = join(ROOT, build, 'bin');
  await start('cmake', [
    ...['-S', '.', '-B', build, '-G', 'Ninja'],
    '-DCMAKE_CXX_COMPILER=clang++',
    '-DCMAKE_BUILD_TYPE=RelWithDebInfo',
    `-DCMAKE_RUNTIME_OUTPUT_DIRECTORY=${binaries}`,
    '-DRASSHOST_TESTS=ON',
    `-DRASSHOST_SANITIZE=${sanitizers}`,
  ]);
  await start('cmake', ['--build', build]);
  const tests = readdirSync(binaries).filter((name) => name.endsWith('_test'));
  if (tests.length === 0) throw new Error(`no tests in ${binaries}`);
  const sum = { passed: 0, failed: 0 };
  for (const name of tests) {
    const output = await start(...unrandomized(join(binaries, name)));
    const [, passed, failed, skipped] =
      /test cases: +\d+ \| +(\d+) passed \| +(\d+) failed \| +(\d+) skipped/.exec(output) ?? [];
    if (skipped !== '0') throw new Error(`${name} did not run all of its tests\n${output}`);
    sum.passed += Number(passed);
    sum.failed += Number(failed);
  }
  return sum;
}

/** The fuzz targets, a minute each, on their corpus and beyond. */
async function fuzzTargets() {
  const output = await startPatiently(process.execPath, ['scripts/fuzz.js']);
  process.stdout.write(output.replace(/^/gm, '  ').trimEnd() + '\n');
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output);
  return { passed: Number(passed), failed: Number(failed) };
}

function formatOfNativeSources() {
  const sources = ['native', 'bench'].flatMap((directory) =>
    readdirSync(join(ROOT, directory), { recursive: true })
      .filter((name) => /\.(cc|h)$/.test(name))
      .map((name) => join(directory, name)),
  );
  return startNode('clang-format-node/build/cli.js', ['--dry-run', '--Werror', ...sources]);
}

/** What is made once: the Windows packages and the Wine prefix that all tests start from. */
function wineHome() {
  const script = "require('./dist/windows/wine-home').ensureWineHome(console.error)";
  run(process.execPath, ['-e', script], { stdio: 'inherit' });
}

async function jest() {
  const report = join(ROOT, 'build/jest.json');
  rmSync(report, { force: true });
  try {
    await startNode('jest/bin/jest.js', ['--ci', '--json', `--outputFile=${report}`], {
      stdio: 'inherit',
    });
  } catch (error) {
    if (!existsSync(report)) throw error;
  }
  const result = JSON.parse(readFileSync(report, 'utf8'));
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

/** What needs one processor each for most of its time, two at a time. */
function checksWithoutWine() {
  const waiting = [
    () =>
      step('native tests, address and undefined behaviour sanitizers', () =>
        nativeTests('address,undefined'),
      ),
    () => step('native tests, thread sanitizer', () => nativeTests('thread')),
    () => check('eslint', () => startNode('eslint/bin/eslint.js', ['.', '--max-warnings=0'])),
    () => check('types (tsc)', () => startNode('typescript/bin/tsc', ['-p', 'tsconfig.json'])),
    () => check('API reference (typedoc)', () => startNode('typedoc/bin/typedoc', [])),
    () => check('prettier', () => startNode('prettier/bin/prettier.cjs', ['--check', '.'])),
    () => check('clang-format', formatOfNativeSources),
  ];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next();
  };
  return Promise.all([lane(), lane()]);
}

/** What takes its time beside the tests under Wine, which mostly wait for each other's processes. */
async function patientChecks() {
  await step('fuzz targets', fuzzTargets);
  await step('Windows binaries built again elsewhere, through cmake-js', checkReproducible);
  await step('Windows sources with a second compiler (clang)', checkWithClang);
}

async function main() {
  if (!(await check('Debian packages', () => ensureTools(['build', 'run', 'test'])))) return;
  const built = [
    await check('dist/ (tsc)', buildTypeScript),
    await check('Windows binaries (mingw-w64)', () => buildWindows({ tests: true })),
    await check('Windows packages and Wine prefix', wineHome),
  ];
  await check('structure layouts for 32-bit Windows (clang)', checkX86Layouts);
  await checksWithoutWine();
  const patient = patientChecks();
  await step('jest', () => {
    if (built.includes(false)) throw new Error('not run, since what it tests could not be built');
    return jest();
  });
  await patient;
}

void main().then(() => {
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
});
