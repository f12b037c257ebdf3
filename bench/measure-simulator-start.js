'use strict';

// How long `rasshost simulate` takes from its start to its first prompt, beside a bare node.

const { spawnSync } = require('node:child_process');
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');

const COMMAND = resolve(__dirname, '../dist/cli/main.js');
const POLICY = resolve(__dirname, '../examples/passcode.ts');

/**
 * They take turns, on this system.
 * @returns {{ bareNode: number[], simulate: number[] }} milliseconds, round by round, from the start
 *   of node to its end: of `node -e 0`, and of a simulator whose caller hangs up at the prompt
 */
function measureSimulatorStart(rounds) {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-bench-'));
  const script = join(directory, 'first-prompt.txt');
  writeFileSync(script, 'expect "User name: "\nhangup\n');
  const measured = { bareNode: [], simulate: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      measured.bareNode.push(time(['-e', '0']));
      measured.simulate.push(time([COMMAND, 'simulate', POLICY, '--script', script]));
    }
    return measured;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Milliseconds from the start of node to its end. */
function time(args) {
  const start = process.hrtime.bigint();
  const { error } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (error) throw error;
  return Number(process.hrtime.bigint() - start) / 1e6;
}

module.exports = { measureSimulatorStart };
