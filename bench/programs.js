'use strict';

// The programs that the benchmark is made of, built when they are missing or out of date.

const { join } = require('node:path');
const { buildMissingTypeScript, buildWindows } = require('../scripts/build');
const { ROOT, run } = require('../scripts/run');
const { ensureTools } = require('../scripts/tools');

const HOST_BUILD = 'build/bench';

/** The caller load generator, for this system. */
const LOAD = join(ROOT, HOST_BUILD, 'bench/load');

/** A Windows program of bench/native, or one of those that the tests have. */
function windowsProgram(name) {
  return join(ROOT, 'build/mingw-x64/bin', name);
}

function buildPrograms() {
  ensureTools(['build', 'run']);
  buildMissingTypeScript();
  buildWindows({ tests: true });
  run('cmake', ['-S', '.', '-B', HOST_BUILD, '-G', 'Ninja', '-DRASSHOST_TESTS=ON']);
  run('cmake', ['--build', HOST_BUILD, '--target', 'load']);
}

module.exports = { LOAD, buildPrograms, windowsProgram };
