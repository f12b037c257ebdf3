'use strict';
// The demonstration: one call to examples/passcode.ts, with you as the caller, or with a scripted
// one where there is no terminal. Builds what is missing first.

const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { buildMissingTypeScript, buildMissingWindows } = require('./build');
const { ROOT } = require('./run');
const { ensureTools } = require('./tools');

/** Whether the Windows binaries are there, and need nothing else to run. */
function runsHere() {
  const isWindows = process.platform === 'win32';
  return isWindows && existsSync(join(ROOT, 'prebuilds/win32-x64/ras-server.exe'));
}

function start() {
  const args = ['try', 'examples/passcode.ts'];
  if (!process.stdin.isTTY) args.push('alice', '123456');
  buildMissingTypeScript();
  try {
    if (!runsHere()) {
      ensureTools(['run']);
      buildMissingWindows();
    }
  } catch (error) {
    if (error.signal) throw error;
    const [reason, ...details] = error.message.split('\n');
    // Such as what the compiler or apt has said.
    if (details.length > 0) console.error(details.join('\n').trimEnd());
    console.error(`the Windows binaries can't be had here, so RAS is simulated (${reason})`);
    args.push('--simulated');
  }
  const options = { cwd: ROOT, stdio: 'inherit' };
  const { status } = spawnSync(process.execPath, ['dist/cli/main.js', ...args], options);
  return status ?? 1;
}

try {
  process.exitCode = start();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
