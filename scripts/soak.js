'use strict';
// Does for minutes what npm test does for seconds, and prints what was measured. The last line is
// `N passed, N failed`.
//
//   node scripts/soak.js [PART ...]    all parts, or those of:
//     dialogs      as many dialogs, reloads and allocations that fail as the figures in docs/ say
//     orders       every order of events, where there are millions
//     mutations    the models broken in each way that is listed, which their tests must notice

const { buildTypeScript, buildWindows } = require('./build');
const { nativeTests } = require('./host-build');
const { runJest } = require('./jest');
const { mutateAll } = require('./mutate');
const { ensureTools } = require('./tools');

const SUITES = ['soak', 'reload', 'scarcity', 'dialogs', 'stops-under-load'].map(
  (name) => `test/wine/${name}.test.ts`,
);

function holdDialogs() {
  buildTypeScript();
  buildWindows({ tests: true });
  return runJest(SUITES);
}

async function exploreOrders() {
  const { passed, failed, measured } = await nativeTests('', 'exploration_test');
  console.log(measured.join('\n'));
  return { passed, failed };
}

const PARTS = { dialogs: holdDialogs, orders: exploreOrders, mutations: () => mutateAll() };

async function main(names) {
  ensureTools(['build', 'run', 'test']);
  const total = { passed: 0, failed: 0 };
  for (const name of names) {
    if (!(name in PARTS)) throw new Error(`no part of the soak: ${name}`);
    // The mutations are seen by what npm test explores.
    process.env.RASSHOST_SOAK = name === 'mutations' ? '' : 'full';
    const started = Date.now();
    const { passed, failed } = await PARTS[name]();
    total.passed += passed;
    total.failed += failed;
    console.log(`${name}: ${((Date.now() - started) / 1000).toFixed(0)} s`);
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

const [, , ...names] = process.argv;
void main(names.length > 0 ? names : Object.keys(PARTS)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
