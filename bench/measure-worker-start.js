'use strict';

// How long a worker takes from its start until it is ready, beside a node.exe that does nothing, and
// one that loads what a worker can't do without.

const { join } = require('node:path');
const { openWindowsHost } = require('../dist/windows/open-windows-host');
const { packageFiles } = require('../dist/windows/settings');
const { windowsProgram } = require('./programs');
const { POLICY } = require('./subjects');

/**
 * They take turns in one program, which starts the worker as rasshost.dll would: there is no spare
 * that could have been started before.
 * @returns {Promise<{ bareNode: number[], floor: number[], worker: number[] }>} milliseconds, round
 *   by round: from the start of `node -e 0` and of start-floor.js to their ends, and from the start
 *   of a worker to its Ready frame
 */
async function measureWorkerStart(rounds) {
  const host = await openWindowsHost();
  try {
    const { worker } = packageFiles(host.packageDirectory);
    const { code, stdout, stderr } = await host.run(windowsProgram('worker_start.exe'), [
      String(rounds),
      host.node,
      host.toWindows(worker),
      host.toWindows(POLICY),
      host.toWindows(join(__dirname, 'start-floor.js')),
      host.toWindows(host.packageDirectory),
    ]);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  } finally {
    await host.close();
  }
}

module.exports = { measureWorkerStart };
