'use strict';
// Builds the portable part of the native code for this system, under sanitizers.

const { join } = require('node:path');
const { ROOT, startPatiently } = require('./run');
const { unrandomized } = require('./unrandomized');

/** Memory errors and undefined behaviour, and what libFuzzer needs to see where an input has led. */
const FUZZING = 'fuzzer-no-link,address,undefined';
/** Races of threads. */
const THREADS = 'thread';

/**
 * Returns the directory of the programs: unit_test, with FUZZING those of the fuzz targets, or only
 * the one that is named. Without sanitizers it is fast.
 */
async function buildHost(sanitizers, program = 'all') {
  const build = `build/host${sanitizers && `-${sanitizers.replaceAll(',', '-')}`}`;
  const binaries = join(ROOT, build, 'bin');
  await startPatiently('cmake', [
    ...['-S', '.', '-B', build, '-G', 'Ninja'],
    '-DCMAKE_CXX_COMPILER=clang++',
    '-DCMAKE_BUILD_TYPE=RelWithDebInfo',
    `-DCMAKE_RUNTIME_OUTPUT_DIRECTORY=${binaries}`,
    '-DRASSHOST_TESTS=ON',
    `-DRASSHOST_SANITIZE=${sanitizers}`,
  ]);
  await startPatiently('cmake', ['--build', build, '--target', program]);
  return binaries;
}

/** Runs one of its programs. Returns what it has printed. */
function runSanitized(program, args, options) {
  return startPatiently(...unrandomized(program, args), options);
}

module.exports = { buildHost, FUZZING, runSanitized, THREADS };
