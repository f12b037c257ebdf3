'use strict';
// The table of docs/matrix.md.

const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { ROOT } = require('./run');

const PAGE = join(ROOT, 'docs/matrix.md');
const COLUMNS = ['Platform', 'Wine', 'Node.js', 'Suite', 'Passed', 'Failed', 'Date'];
const TABLE = /(<!-- written by npm run matrix -->\n)(?:\n((?:\|.*\n)+))?/;

const cellsOf = (line) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** What tells rows apart: another version of the same line of Node.js takes the older one's place. */
function keyOf([platform, wine, node, suite]) {
  const line = /^(\S+ \d+)/.exec(node)?.[1];
  return [platform, wine, line, suite].join('|');
}

/** Puts rows, arrays of cells in the order of COLUMNS, into a page, each in the place of its older. */
function mergeRows(page, rows) {
  const [found, , table = ''] = TABLE.exec(page) ?? [];
  if (found === undefined) throw new Error('no place for the table');
  const before = table.trim().split('\n').slice(2).map(cellsOf);
  const all = new Map([...before, ...rows].map((row) => [keyOf(row), row]));
  const lines = [COLUMNS, COLUMNS.map(() => '---'), ...[...all.values()].sort(byColumns)];
  const after = lines.map((row) => `| ${row.join(' | ')} |\n`).join('');
  return page.replace(TABLE, (_, mark) => `${mark}\n${after}`);
}

function byColumns(a, b) {
  return a.join('|') < b.join('|') ? -1 : 1;
}

async function writeRows(rows) {
  const prettier = require('prettier');
  const page = mergeRows(readFileSync(PAGE, 'utf8'), rows);
  const options = await prettier.resolveConfig(PAGE);
  writeFileSync(PAGE, await prettier.format(page, { ...options, parser: 'markdown' }));
}

module.exports = { mergeRows, writeRows };
