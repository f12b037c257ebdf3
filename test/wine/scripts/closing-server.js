'use strict';
// A RAS server's process whose program ends its service in the middle of a dialog, and offers it
// again, or tells the security DLL what is not allowed: `closing-server.js PACKAGE RASMAN [emulator options]`.

const { createRequire } = require('node:module');
const { join } = require('node:path');
const { promisify } = require('node:util');
const { performance } = require('node:perf_hooks');
const { setImmediate } = require('node:timers');

const [packageDirectory, rasman, ...options] = process.argv.slice(2);
const koffi = createRequire(join(packageDirectory, 'package.json'))('koffi');
const { definePolicy, grant } = require(join(packageDirectory, 'dist/index.js'));
const { addon } = require(join(packageDirectory, 'dist/rasman/native-addon.js')).loadAddon();
const { serveInProcess } = require(join(packageDirectory, 'dist/worker/in-process.js'));

const alice = grant({ userName: 'alice', domain: 'CONTOSO' });
let server;

function serve() {
  server = serveInProcess(policy, { rasman });
  process.stderr.write('serving\n');
}

/** Keeps the event loop from running. */
function block(milliseconds) {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
  process.stderr.write('awake\n');
}

const policy = definePolicy(async (dialog) => {
  const deed = await dialog.ask('Deed: ');
  if (deed === 'grant') return alice;
  if (deed === 'be ready again') {
    // To say so twice is not allowed.
    addon.ready();
    return alice;
  }
  server.close();
  setImmediate(() =>
    setImmediate(() => {
      serve();
      if (deed === 'close and block') block(2500);
    }),
  );
  // As if nothing had happened: neither may reach the RAS server.
  const { transaction } = dialog;
  process.stderr.write(`Send: ${transaction.send(1)}, ${transaction.sendBuffer.length} bytes\n`);
  return alice;
});

const emulator = koffi.load(rasman);
const run = emulator.func('int __stdcall RasServerRun(int argc, const char16_t **argv)');
serve();
const argv = ['ras-server', ...options];
promisify(run.async)(argv.length, argv).then((code) => process.exit(code));
