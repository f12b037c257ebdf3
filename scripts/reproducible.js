'use strict';
// Builds the Windows binaries once more, from a copy of the sources in another directory and through
// cmake-js, and compares them byte for byte with the published ones.

const { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { ROOT, startPatiently } = require('./run');

const PREBUILD = join(ROOT, 'prebuilds/win32-x64');

async function checkReproducible() {
  const copy = mkdtempSync(join(tmpdir(), 'rasshost-again-'));
  try {
    for (const name of ['CMakeLists.txt', 'cmake', 'native', 'package.json']) {
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    // Where cmake-js wants modules to be; the other binaries join them.
    const binaries = join(copy, 'build/Release');
    await startPatiently(process.execPath, [
      'node_modules/cmake-js/bin/cmake-js',
      ...['compile', '--directory', copy, '--out', join(copy, 'build')],
      `--CDCMAKE_TOOLCHAIN_FILE=${join(copy, 'cmake/mingw-w64-x86_64.cmake')}`,
      // With other headers before a source, g++ 14 puts the same functions into another order.
      '--CDRASSHOST_PRECOMPILE_HEADERS=ON',
      `--CDCMAKE_RUNTIME_OUTPUT_DIRECTORY=${binaries}`,
    ]);
    const names = readdirSync(PREBUILD);
    const different = names.filter(
      (name) => !readFileSync(join(PREBUILD, name)).equals(readFileSync(join(binaries, name))),
    );
    if (different.length > 0) throw new Error(`not reproducible: ${different.join(', ')}`);
    return { passed: names.length, failed: 0 };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

module.exports = { checkReproducible };
