'use strict';
// Which Debian packages the scripts need, and how to get them.

const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { delimiter, join } = require('node:path');

/** What shows that a package is there (a command, or the path of a file) → the package. */
const PACKAGES = {
  build: {
    cmake: 'cmake',
    ninja: 'ninja-build',
    'x86_64-w64-mingw32-g++-posix': 'g++-mingw-w64-x86-64-posix',
  },
  run: {
    wineserver: 'wine',
    '/usr/lib/wine/wine64': 'wine64',
  },
  test: {
    'clang++': 'clang',
    'clang-format': 'clang-format',
    '/usr/lib/clang/14/lib/linux/libclang_rt.fuzzer-x86_64.a': 'libclang-rt-14-dev',
    '/usr/include/doctest/doctest.h': 'doctest-dev',
    expect: 'expect',
    'nc.openbsd': 'netcat-openbsd',
    '/usr/sbin/chat': 'ppp',
    socat: 'socat',
    python3: 'python3',
    'x86_64-w64-mingw32-objdump': 'binutils-mingw-w64-x86-64',
  },
};

function isThere(probe) {
  if (probe.startsWith('/')) return existsSync(probe);
  return process.env.PATH.split(delimiter).some((directory) => existsSync(join(directory, probe)));
}

function missingPackages(purposes) {
  return purposes
    .flatMap((purpose) => Object.entries(PACKAGES[purpose]))
    .filter(([probe]) => !isThere(probe))
    .map(([, name]) => name);
}

function canInstall() {
  return (
    process.platform === 'linux' && process.getuid() === 0 && existsSync('/etc/debian_version')
  );
}

/**
 * Installs what is missing for the given purposes (keys of PACKAGES), as root on Debian.
 * @throws Error with the command to type, where that is not possible
 */
function ensureTools(purposes) {
  const missing = missingPackages(purposes);
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  if (!canInstall()) {
    throw new Error(`missing packages; on Debian: sudo apt-get ${install.join(' ')}`);
  }
  console.log(`installing ${missing.join(' ')} with apt`);
  for (const args of [['update'], install]) {
    const { status, stdout, stderr } = spawnSync('apt-get', args, {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: Infinity,
    });
    if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed\n${stdout}${stderr}`);
  }
  const still = missingPackages(purposes);
  if (still.length > 0) {
    const debian = readFileSync('/etc/debian_version', 'utf8').trim();
    throw new Error(`apt (Debian ${debian}) did not bring what ${still.join(', ')} should`);
  }
}

module.exports = { ensureTools };
