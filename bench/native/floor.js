'use strict';

// The floor program's JavaScript: node floor.js SECTION,TO_WORKER,TO_HOST ADDON

const [handles, addon] = process.argv.slice(2);
const { open, send } = require(addon);

open(...handles.split(',').map(BigInt), (key) => send(key));
