'use strict';
// Runs a program without address space randomisation, since the sanitizers' fixed ranges and those
// of new kernels can collide. A container may forbid that, and mostly does without, too.

const { spawnSync } = require('node:child_process');

const SETARCH = ['setarch', '--addr-no-randomize'];

/** What to start instead of the program: a command, and its arguments. */
function unrandomized(program, args = []) {
  const [setarch, flag] = SETARCH;
  const { status } = spawnSync(setarch, [flag, 'true'], { stdio: 'ignore' });
  return status === 0 ? [setarch, [flag, program, ...args]] : [program, args];
}

module.exports = { unrandomized };
