'use strict';
// Builds what is published: dist/ with tsc and rolldown, prebuilds/win32-x64/ with prebuildify.
//
//   node scripts/build.js [--tests]    with --tests, also what only tests need

const { chmodSync, existsSync, renameSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const { ROOT, runNode } = require('./run');
const { ensureTools } = require('./tools');

/** Replaces dist/ only when all of it has compiled, and leaves nothing of before in it. */
function buildTypeScript() {
  const compiled = join(ROOT, 'build/dist');
  rmSync(compiled, { recursive: true, force: true });
  runNode('typescript/bin/tsc', ['-p', 'tsconfig.build.json', '--outDir', compiled]);
  runNode('rolldown/bin/cli.mjs', ['--config', 'rolldown.config.mjs', '--dir', compiled]);
  // As npm does where it installs: `npx rasshost` works in this checkout as well.
  chmodSync(join(compiled, 'cli/main.js'), 0o755);
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  renameSync(compiled, join(ROOT, 'dist'));
}

/** With `tests`, what only tests and the benchmark need is built too, to build/mingw-x64/bin. */
function buildWindows({ tests = false } = {}) {
  runNode(
    'prebuildify/bin.js',
    ['--napi', '--platform', 'win32', '--arch', 'x64', '--artifacts', 'build/artifacts'],
    {
      env: {
        ...process.env,
        PREBUILD_NODE_GYP: join(__dirname, 'prebuild-mingw.js'),
        RASSHOST_TESTS: tests ? '1' : '0',
      },
    },
  );
}

function buildMissingTypeScript() {
  if (existsSync(join(ROOT, 'dist/cli/main.js'))) return;
  console.error('building dist/ with tsc');
  buildTypeScript();
}

function buildMissingWindows() {
  if (existsSync(join(ROOT, 'prebuilds/win32-x64/ras-server.exe'))) return;
  ensureTools(['build']);
  console.error('building prebuilds/win32-x64/ with mingw-w64 (about a minute)');
  buildWindows();
}

module.exports = { buildMissingTypeScript, buildMissingWindows, buildTypeScript, buildWindows };

if (require.main === module) {
  try {
    const tests = process.argv.includes('--tests');
    ensureTools(tests ? ['build', 'run', 'test'] : ['build']);
    buildTypeScript();
    buildWindows({ tests });
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
