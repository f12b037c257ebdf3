'use strict';
// Runs the programs that the other scripts are made of.

const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');

/** What a program that failed is reported with. */
function failure(program, args, { status, signal, stdout, stderr }) {
  const command = [program, ...args].join(' ');
  return new Error(`${command}: ${signal ?? `exit code ${status}`}\n${stdout}${stderr}`);
}

/**
 * Runs a program in the root of the repository and returns what it printed.
 * @throws Error with everything it printed, when it fails
 */
function run(program, args, options = {}) {
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: Infinity,
    ...options,
  });
  if (error) throw error;
  const printed = { stdout: stdout ?? '', stderr: stderr ?? '' };
  if (status !== 0) throw failure(program, args, { status, signal, ...printed });
  return printed.stdout;
}

/** The same, while others run. Returns standard error, too. */
async function start(program, args, options = {}) {
  const stdio = ['ignore', 'pipe', 'pipe'];
  const child = spawn(program, args, { cwd: ROOT, stdio, ...options });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    child[stream]?.setEncoding('utf8').on('data', (text) => (printed[stream] += text));
  }
  const [status, signal] = await once(child, 'close');
  if (status !== 0) throw failure(program, args, { status, signal, ...printed });
  return printed.stdout + printed.stderr;
}

/**
 * The same, while others run who are to come first: not last, since a machine that has other work
 * would never get to it.
 */
function startPatiently(program, args, options) {
  return start('nice', ['-n', '10', program, ...args], options);
}

/** Runs a JavaScript file of a package, given by its path in node_modules. */
function runNode(script, args, options) {
  return run(process.execPath, [join('node_modules', script), ...args], options);
}

/** The same, as startPatiently does. */
function startNodePatiently(script, args, options) {
  return startPatiently(process.execPath, [join('node_modules', script), ...args], options);
}

module.exports = { ROOT, run, runNode, start, startNodePatiently, startPatiently };
