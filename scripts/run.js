'use strict';
// Runs the programs that the other scripts are made of.

const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');

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
  if (status !== 0) {
    const command = [program, ...args].join(' ');
    throw new Error(
      `${command}: ${signal ?? `exit code ${status}`}\n${stdout ?? ''}${stderr ?? ''}`,
    );
  }
  return stdout ?? '';
}

/** Runs a JavaScript file of a package, given by its path in node_modules. */
function runNode(script, args, options) {
  return run(process.execPath, [join('node_modules', script), ...args], options);
}

module.exports = { ROOT, run, runNode };
