// Prints 16 hex digits that change with any file under native/ that goes into a product binary.
'use strict';
const { createHash } = require('node:crypto');
const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const hash = createHash('sha256');
for (const directory of ['common', 'security_dll', 'addon']) {
  for (const name of readdirSync(join(__dirname, directory)).sort()) {
    if (!/\.(cc|h|def|mc)$/.test(name)) continue;
    // Line endings may differ between checkouts, the build id must not.
    const text = readFileSync(join(__dirname, directory, name), 'utf8').replaceAll('\r\n', '\n');
    hash.update(`${directory}/${name}\0${text}\0`);
  }
}
process.stdout.write(hash.digest('hex').slice(0, 16));
