'use strict';
// Prints as JSON how the compiler and how koffi lay out the structures: `layouts.js PACKAGE`.

const { createRequire } = require('node:module');
const { join } = require('node:path');

const [packageDirectory] = process.argv.slice(2);
const koffi = createRequire(join(packageDirectory, 'package.json'))('koffi');
const structs = require(join(packageDirectory, 'dist/rasman/koffi-rasman.js'));
const { loadAddon } = require(join(packageDirectory, 'dist/rasman/native-addon.js'));

const compiled = loadAddon().addon.layouts();
const declared = Object.fromEntries(
  Object.entries(compiled).map(([name, fields]) => {
    const layout = Object.keys(fields).map((field) => [
      field,
      field === 'size' ? koffi.sizeof(structs[name]) : koffi.offsetof(structs[name], field),
    ]);
    return [name, Object.fromEntries(layout)];
  }),
);
console.log(JSON.stringify({ compiled, declared }));
