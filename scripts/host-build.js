'use strict';
// Builds the portable part of the native code for this system, under sanitizers.

const { join } = require('node:path');
const { ROOT, startPatiently } = require('./run');
const { unrandomized } = require('./unrandomized');

/** Memory errors and undefined behaviour, and what libFuzzer needs to see where an input has led. */
const FUZZING = 'fuzzer-no-link,address,undefined';
/** Races of threads. */
const THREADS = 'thread';

const directoryOf = (sanitizers) =>
  `build/host${sanitizers && `-${sanitizers.replaceAll(',', '-')}`}`;
const binariesOf = (sanitizers, root) => join(root, directoryOf(sanitizers), 'bin');

/** `root` may be that of a copy. */
function configureHost(sanitizers, root) {
  const configuration = [
    ...['-S', '.', '-B', directoryOf(sanitizers), '-G', 'Ninja'],
    '-DCMAKE_CXX_COMPILER=clang++',
    '-DCMAKE_BUILD_TYPE=RelWithDebInfo',
    `-DCMAKE_RUNTIME_OUTPUT_DIRECTORY=${binariesOf(sanitizers, root)}`,
    '-DRASSHOST_TESTS=ON',
    `-DRASSHOST_SANITIZE=${sanitizers}`,
  ];
  return startPatiently('cmake', configuration, { cwd: root });
}

/** What has been configured, and has changed since only in files that were there. */
async function rebuildHost(sanitizers, program, root) {
  const build = ['--build', directoryOf(sanitizers)];
  await startPatiently('cmake', [...build, '--target', program], { cwd: root });
  return binariesOf(sanitizers, root);
}

/**
 * Returns the directory of the programs: unit_test, with FUZZING those of the fuzz targets, or only
 * the one that is named. Without sanitizers it is fast.
 */
async function buildHost(sanitizers, program = 'all') {
  await configureHost(sanitizers, ROOT);
  return rebuildHost(sanitizers, program, ROOT);
}

/** Runs one of its programs. Returns what it has printed. */
function runSanitized(program, args, options) {
  return startPatiently(...unrandomized(program, args), options);
}

/** Builds and runs tests. Returns how many have passed and failed, and what they have measured. */
async function nativeTests(sanitizers, program = 'unit_test', env = process.env) {
  const binaries = await buildHost(sanitizers, program === 'unit_test' ? 'all' : program);
  const output = await runSanitized(join(binaries, program), [], { env });
  const [, passed, failed, skipped] =
    /test cases: +\d+ \| +(\d+) passed \| +(\d+) failed \| +(\d+) skipped/.exec(output) ?? [];
  if (skipped !== '0') throw new Error(`not all tests were run\n${output}`);
  const measured = [...output.matchAll(/MESSAGE: (.*)/g)].map(([, text]) => text);
  return { passed: Number(passed), failed: Number(failed), measured };
}

module.exports = {
  buildHost,
  configureHost,
  FUZZING,
  nativeTests,
  rebuildHost,
  runSanitized,
  THREADS,
};
