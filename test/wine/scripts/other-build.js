// A worker whose rasshost.node, which lies beside it, is not of rasshost.dll's build.
'use strict';
const { setInterval } = require('node:timers');
const addon = require('./rasshost.node');

const [section, toWorker, toHost] = process.argv[2].split(',').map(BigInt);
const handlers = Object.fromEntries(
  ['attached', 'begin', 'received', 'ended', 'pinged', 'leave', 'closed'].map((name) => [
    name,
    () => {},
  ]),
);
addon.open(section, toWorker, toHost, handlers);
// It is rasshost.dll that ends it.
setInterval(() => {}, 1000);
