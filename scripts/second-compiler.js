'use strict';
// Has clang compile every Windows source as the mingw build does (syntax and warnings; nothing is
// linked), so that the sources don't grow dependent on one compiler, or on precompiled headers.

const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const { ROOT, run, startPatiently } = require('./run');

const BUILD = join(ROOT, 'build/mingw-x64');

/** What has the mingw build use its precompiled headers. */
const USE_HEADERS = / -include \S+/;

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
  const sources = commands.filter(({ file }) => !file.startsWith(BUILD));
  if (sources.length === 0) throw new Error('the mingw build has no sources');
  const flags = [...flagsFor('x86_64-w64-mingw32'), '-fsyntax-only'];
  const waiting = sources.map(({ command }) => {
    const [, ...args] = command.replace(USE_HEADERS, '').split(' ');
    return ['clang++', ...flags, ...args].join(' ');
  });
  const shell = (command) => startPatiently('sh', ['-c', command], { cwd: BUILD });
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
      input: '#include "windows/ras_interface.h"\n',
      stdio: 'pipe',
    },
  );
}

module.exports = { checkWithClang, checkX86Layouts };
