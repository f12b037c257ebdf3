'use strict';

// The programs that the benchmark is made of, built when they are missing or out of date.

const { availableParallelism } = require('node:os');
const { join } = require('node:path');
const { buildMissingTypeScript, buildMissingWindows } = require('../scripts/build');
const { ROOT, run } = require('../scripts/run');
const { ensureTools } = require('../scripts/tools');

const HOST_BUILD = 'build/bench';
const WINDOWS_BUILD = 'build/bench-mingw';

/** The caller load generator, for this system. */
const LOAD = join(ROOT, HOST_BUILD, 'bench/load');

/** A Windows program of bench/native. */
function windowsProgram(name) {
  return join(ROOT, WINDOWS_BUILD, 'bin', name);
}

function buildPrograms() {
  ensureTools(['build', 'run']);
  buildMissingTypeScript();
  buildMissingWindows();
  const binaries = join(ROOT, WINDOWS_BUILD, 'bin');
  configure(HOST_BUILD);
  configure(WINDOWS_BUILD, [
    '-DCMAKE_TOOLCHAIN_FILE=cmake/mingw-w64-x86_64.cmake',
    `-DCMAKE_RUNTIME_OUTPUT_DIRECTORY=${binaries}`,
    `-DCMAKE_LIBRARY_OUTPUT_DIRECTORY=${binaries}`,
  ]);
  build(HOST_BUILD, 'load');
  build(WINDOWS_BUILD, 'bench');
}

function configure(directory, options = []) {
  run('cmake', ['-S', '.', '-B', directory, '-G', 'Ninja', '-DRASSHOST_BENCH=ON', ...options]);
}

function build(directory, target) {
  const jobs = String(availableParallelism());
  run('cmake', ['--build', directory, '--target', target, '--parallel', jobs]);
}

module.exports = { LOAD, buildPrograms, windowsProgram };
