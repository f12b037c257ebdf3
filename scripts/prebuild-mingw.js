#!/usr/bin/env node
'use strict';
// Stands in for node-gyp when prebuildify runs: builds the Windows binaries with CMake and
// mingw-w64, and leaves in build/Release what prebuildify takes from there.
// The build itself happens in build/mingw-x64, so that only what changed is built again.

const { cpSync, mkdirSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const { ROOT, run } = require('./run');

const BUILD = 'build/mingw-x64';

/** What prebuildify takes by itself, and what it is given with --artifacts. */
const OUTPUTS = {
  'build/Release': ['rasshost.node', 'rasshost.dll', 'rasman.dll'],
  'build/artifacts': ['ras-server.exe'],
};

function build() {
  const { PREBUILD_PLATFORM: platform, PREBUILD_ARCH: arch, RASSHOST_TESTS: tests } = process.env;
  if (platform !== 'win32' || arch !== 'x64') {
    throw new Error(`this builds for win32-x64 only, not for ${platform}-${arch}`);
  }
  const binaries = join(ROOT, BUILD, 'bin');
  run('cmake', [
    ...['-S', '.', '-B', BUILD, '-G', 'Ninja'],
    '-DCMAKE_TOOLCHAIN_FILE=cmake/mingw-w64-x86_64.cmake',
    `-DCMAKE_RUNTIME_OUTPUT_DIRECTORY=${binaries}`,
    `-DCMAKE_LIBRARY_OUTPUT_DIRECTORY=${binaries}`,
    '-DCMAKE_EXPORT_COMPILE_COMMANDS=ON',
    '-DRASSHOST_PRECOMPILE_HEADERS=ON',
    `-DRASSHOST_TESTS=${tests === '1' ? 'ON' : 'OFF'}`,
  ]);
  run('cmake', ['--build', BUILD]);
  for (const [output, names] of Object.entries(OUTPUTS)) {
    const directory = join(ROOT, output);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    for (const name of names) cpSync(join(binaries, name), join(directory, name));
  }
}

try {
  build();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
