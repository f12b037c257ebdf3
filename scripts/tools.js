'use strict';
// Which Debian packages the scripts need, and how to get them.

const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { delimiter, join } = require('node:path');
const { withoutServices } = require('./without-services');

/** Sanitizers and libFuzzer, in a directory that has the compiler's version in its name. */
const CLANG_RUNTIME = 'libclang_rt.fuzzer-x86_64.a';

/**
 * What shows that a package is there → the package: a command, the path of a file, or CLANG_RUNTIME.
 * No name has a version in it, so that each Debian brings its own.
 */
const PACKAGES = {
  build: {
    cmake: 'cmake',
    ninja: 'ninja-build',
    'x86_64-w64-mingw32-g++-posix': 'g++-mingw-w64-x86-64-posix',
  },
  run: {
    wineserver: 'wine',
    '/usr/lib/wine/wine64': 'wine64',
    setarch: 'util-linux',
  },
  test: {
    'clang++': 'clang',
    [CLANG_RUNTIME]: 'libclang-rt-dev',
    '/usr/include/doctest/doctest.h': 'doctest-dev',
    expect: 'expect',
    tmux: 'tmux',
    'nc.openbsd': 'netcat-openbsd',
    '/usr/sbin/chat': 'ppp',
    socat: 'socat',
    python3: 'python3',
    'x86_64-w64-mingw32-objdump': 'binutils-mingw-w64-x86-64',
  },
  matrix: {
    '/usr/sbin/debootstrap': 'debootstrap',
    git: 'git',
    unshare: 'util-linux',
  },
};

function isThere(probe) {
  if (probe.startsWith('/')) return existsSync(probe);
  if (probe === CLANG_RUNTIME) {
    const { status, stdout } = spawnSync('clang++', ['-print-resource-dir'], { encoding: 'utf8' });
    return status === 0 && existsSync(join(stdout.trim(), 'lib/linux', CLANG_RUNTIME));
  }
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((directory) => existsSync(join(directory, probe)));
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

function aptGet(args) {
  const { error, signal, status, stdout, stderr } = spawnSync('apt-get', args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: Infinity,
  });
  if (error) throw new Error(`apt-get can't be started: ${error.message}`);
  // Ctrl-C ends apt-get first; it was meant for all of us.
  if (signal) throw Object.assign(new Error(`apt-get was ended by ${signal}`), { signal });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed\n${stdout}${stderr}`);
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
  withoutServices(() => {
    for (const args of [['update'], install]) aptGet(args);
  });
  const still = missingPackages(purposes);
  if (still.length > 0) {
    const debian = readFileSync('/etc/debian_version', 'utf8').trim();
    throw new Error(`apt (Debian ${debian}) did not bring what ${still.join(', ')} should`);
  }
}

module.exports = { ensureTools };
