'use strict';
// Holds as many dialogs, makes as many reloads, fails as many allocations as the figures in docs/ say,
// and prints what was measured. The last line is `N passed, N failed`.

const { buildTypeScript, buildWindows } = require('./build');
const { runJest } = require('./jest');
const { ensureTools } = require('./tools');

const SUITES = ['soak', 'reload', 'scarcity', 'dialogs', 'stops-under-load'].map(
  (name) => `test/wine/${name}.test.ts`,
);

async function main() {
  ensureTools(['build', 'run', 'test']);
  buildTypeScript();
  buildWindows({ tests: true });
  process.env.RASSHOST_SOAK = 'full';
  const { passed, failed } = await runJest(SUITES);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

void main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
