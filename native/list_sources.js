// Prints the sources listed under the given keys of sources.json, one a line, for binding.gyp.
'use strict';
const sources = require('./sources.json');

for (const key of process.argv.slice(2)) {
  for (const path of sources[key]) console.log(`native/${path}`);
}
