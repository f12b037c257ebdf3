'use strict';

// What a worker can't do without, and nothing else: node start-floor.js PACKAGE loads the addon and
// koffi, as the package in that directory would.

const { createRequire } = require('node:module');
const { join } = require('node:path');

const [, , directory] = process.argv;
const load = createRequire(join(directory, 'dist/index.js'));
load(join(directory, 'prebuilds/win32-x64/rasshost.node'));
load('koffi');
