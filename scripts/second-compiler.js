'use strict';
// Has clang compile every Windows source exactly as the mingw build does (syntax and warnings;
// nothing is linked), so that the sources don't grow dependent on one compiler.

const { readFileSync, readdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { ROOT, run, startPatiently } = require('./run');

const BUILD = join(ROOT, 'build/mingw-x64');

/** Not for clang: each source is to include what it needs. */
const PRECOMPILED = / -Winvalid-pch -include \S+/;

/** Where Debian keeps mingw's C++ library, which clang does not find by itself. */
const GCC = '/usr/lib/gcc/x86_64-w64-mingw32';

function flagsFor(target) {
  const version = readdirSync(GCC).find((name) => name.endsWith('-posix'));
  const library = join(GCC, version, 'include/c++');
  return [
    `--target=${target}`,
    '-fsyntax-only',
    '-nostdinc++',
    ...['-isystem', library, '-isystem', join(library, 'x86_64-w64-mingw32')],
  ];
}

async function checkWithClang() {
  const flags = flagsFor('x86_64-w64-mingw32');
  const commands = JSON.parse(readFileSync(join(BUILD, 'compile_commands.json'), 'utf8'));
  if (commands.length === 0) throw new Error('no sources');
  const lines = commands
    .filter(({ file }) => !file.startsWith(BUILD))
    .map(({ command }) => {
      const [, ...args] = command.replace(PRECOMPILED, '').split(' ');
      return ['clang++', ...flags, ...args].join(' ');
    });
  const file = join(BUILD, 'clang_commands.txt');
  writeFileSync(file, lines.join('\n'));
  const each = ['--max-procs=2', '--delimiter=\n', '-I{}', 'sh', '-c', '{}'];
  await startPatiently('xargs', [`--arg-file=${file}`, ...each], { cwd: BUILD });
  return { passed: lines.length, failed: 0 };
}

/** The assertions on the layout of rasshost.h's structures hold for 32-bit Windows as well (EM-16). */
function checkX86Layouts() {
  const headers = ['-isystem', '/usr/share/mingw-w64/include', '-I', 'native'];
  run('clang++', [...flagsFor('i686-w64-mingw32'), '-std=c++20', ...headers, '-xc++', '-'], {
    input: '#include "common/ras_interface.h"\n',
    stdio: 'pipe',
  });
}

module.exports = { checkWithClang, checkX86Layouts };
