'use strict';

// How long `rasshost simulate` takes from its start to its first prompt, beside a bare node.

const { spawnSync } = require('node:child_process');
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { median } = require('./statistics');

const COMMAND = resolve(__dirname, '../dist/cli/main.js');
const POLICY = resolve(__dirname, '../examples/passcode.ts');

/**
 * @param rounds - each is run that often, one after the other, so that both meet the same machine
 * @returns {{ name: string, unit: string, value: number }[]}
 */
function measure(rounds) {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-bench-'));
  const script = join(directory, 'first-prompt.txt');
  writeFileSync(script, 'expect "User name: "\nhangup\n');
  const toPrompt = [COMMAND, 'simulate', POLICY, '--script', script];
  try {
    const bare = [];
    const simulate = [];
    for (let round = 0; round < rounds; round++) {
      bare.push(time(['-e', '0']));
      simulate.push(time(toPrompt));
    }
    return [
      { name: 'bare node', unit: 'ms', value: median(bare) },
      { name: 'simulate, first prompt', unit: 'ms', value: median(simulate) },
      {
        name: 'simulate / bare node',
        unit: 'times',
        value: median(simulate) / median(bare),
      },
    ];
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

module.exports = { measure };
