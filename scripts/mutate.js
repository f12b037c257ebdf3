'use strict';
// Breaks the models of native/common in each of the ways that native/test/mutations.json lists, one
// after another, in a copy: the native tests must notice each. The last line is `N of N mutations
// red`.
//
//   node scripts/mutate.js [TEXT]    only those whose sentence has the text

const { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { configureHost, rebuildHost } = require('./host-build');
const { ROOT, startPatiently } = require('./run');

/** The tests of the models. */
const PROGRAM = 'exploration_test';
/** What the host build reads. */
const COPIED = ['CMakeLists.txt', 'cmake', 'native', 'bench'];
/** Milliseconds after which a program that a mutation has sent round in circles is ended. */
const PATIENCE = 120_000;

const MUTATIONS = JSON.parse(readFileSync(join(ROOT, 'native/test/mutations.json'), 'utf8'));

/** The source with its one line that has this text, but for its indentation, replaced. */
function broken(source, { file, line, by }) {
  const lines = source.split('\n');
  const found = lines.flatMap((text, at) => (text.trim() === line ? [at] : []));
  if (found.length !== 1) throw new Error(`${found.length} times in ${file}: ${line}`);
  lines[found[0]] = by;
  return lines.join('\n');
}

/** What a test has found, by what doctest or the system has printed. */
function noticed(report) {
  const invariant = /FATAL ERROR: (.*?), after the steps/.exec(report)?.[1];
  if (invariant) return invariant;
  // The name is the last that was printed, and may go on for lines.
  const name = report.split('TEST CASE:').at(-1).split('\n\n')[0].replace(/\s+/g, ' ').trim();
  return report.includes('TEST CASE:') ? `"${name}"` : report.split('\n')[0];
}

/** Runs the tests until one is red. Returns what has noticed, or nothing. */
async function firstRed(root) {
  const binaries = await rebuildHost('', PROGRAM, root);
  try {
    await startPatiently(join(binaries, PROGRAM), ['--abort-after=1'], { timeout: PATIENCE });
    return undefined;
  } catch (error) {
    return noticed(error.message);
  }
}

/** Returns how many mutations there are, and tells of those that nothing has noticed. */
async function mutateAll(text = '') {
  const mutations = MUTATIONS.filter(({ breaks }) => breaks.includes(text)).map((mutation) => {
    const source = readFileSync(join(ROOT, 'native', mutation.file), 'utf8');
    return { ...mutation, source, broken: broken(source, mutation) };
  });
  const root = mkdtempSync(join(tmpdir(), 'rasshost-mutations-'));
  let red = 0;
  try {
    for (const name of COPIED) cpSync(join(ROOT, name), join(root, name), { recursive: true });
    // Once: the build's number, which all is compiled with, changes with each source.
    await configureHost('', root);
    const whole = await firstRed(root);
    if (whole) throw new Error(`without a mutation: ${whole}`);
    for (const mutation of mutations) {
      const path = join(root, 'native', mutation.file);
      writeFileSync(path, mutation.broken);
      const by = await firstRed(root);
      writeFileSync(path, mutation.source);
      if (by) red += 1;
      console.log(`${by ? 'red' : 'GREEN'}: ${mutation.breaks}${by ? ` By: ${by}` : ''}`);
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  console.log(`${red} of ${mutations.length} mutations red`);
  return { passed: red, failed: mutations.length - red };
}

module.exports = { mutateAll };

if (require.main === module) {
  void mutateAll(process.argv[2]).then(
    ({ failed }) => (process.exitCode = failed === 0 ? 0 : 1),
    (error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
