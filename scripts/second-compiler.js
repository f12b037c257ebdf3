'use strict';
// Has clang compile every Windows source exactly as the mingw build does (syntax and warnings;
// nothing is linked), so that the sources don't grow dependent on one compiler.

const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const { ROOT, run, startPatiently } = require('./run');

const BUILD = join(ROOT, 'build/mingw-x64');

/** Of the mingw build: what has it use its precompiled headers, and what makes them of their list. */
const USE_HEADERS = / -include \S+/;
const MAKE_HEADERS = /(cmake_pch\.hxx)\.cxx$/;

/** Where Debian keeps mingw's C++ library, which clang does not find by itself. */
const GCC = '/usr/lib/gcc/x86_64-w64-mingw32';

function flagsFor(target) {
  const version = readdirSync(GCC).find((name) => name.endsWith('-posix'));
  const library = join(GCC, version, 'include/c++');
  return [
    `--target=${target}`,
    '-nostdinc++',
    ...['-isystem', library, '-isystem', join(library, 'x86_64-w64-mingw32')],
  ];
}

async function checkWithClang() {
  const commands = JSON.parse(readFileSync(join(BUILD, 'compile_commands.json'), 'utf8'));
  const clang = (command) => {
    const [, ...args] = command.split(' ');
    return ['clang++', ...flagsFor('x86_64-w64-mingw32'), ...args].join(' ');
  };
  const headers = commands.find(({ file }) => MAKE_HEADERS.test(file));
  const sources = commands.filter(({ file }) => !file.startsWith(BUILD));
  if (!headers || sources.length === 0) throw new Error('no sources, or no precompiled headers');
  const shell = (command) => startPatiently('sh', ['-c', command], { cwd: BUILD });
  // The list itself, which is no source.
  const makePrecompiled = headers.command
    .replace(USE_HEADERS, ' -Wno-pragma-system-header-outside-header')
    .replace(/ -o \S+/, ' -o clang.pch')
    .replace(MAKE_HEADERS, '$1');
  await shell(clang(makePrecompiled));
  // The macros of single targets are none that these headers know.
  const usePrecompiled = ' -fsyntax-only -include-pch clang.pch -Xclang -fno-validate-pch';
  const waiting = sources.map(({ command }) => clang(command.replace(USE_HEADERS, usePrecompiled)));
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await shell(next);
  };
  await Promise.all([lane(), lane()]);
  return { passed: sources.length, failed: 0 };
}

/** The assertions on the layout of rasshost.h's structures hold for 32-bit Windows as well (EM-16). */
function checkX86Layouts() {
  const headers = ['-isystem', '/usr/share/mingw-w64/include', '-I', 'native'];
  run(
    'clang++',
    [...flagsFor('i686-w64-mingw32'), '-fsyntax-only', '-std=c++20', ...headers, '-xc++', '-'],
    {
      input: '#include "common/ras_interface.h"\n',
      stdio: 'pipe',
    },
  );
}

module.exports = { checkWithClang, checkX86Layouts };
