'use strict';
// Writes test/package/api-report.txt: every name that the package exports, with its declaration as
// dist/ has it. A test compares the two, so that no export changes unseen.
//
//   node scripts/api-report.js    after a build

const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const ts = require('typescript');
const { ROOT } = require('./run');

const REPORT = join(ROOT, 'test/package/api-report.txt');

/** The declarations of what each subpath exports, in the order of package.json and of the names. */
function apiReport() {
  const { name, exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const entries = Object.entries(exports).filter(([, { types }]) => types !== undefined);
  const fileOf = ({ types }) => join(ROOT, types);
  const program = ts.createProgram(
    entries.map(([, entry]) => fileOf(entry)),
    { module: ts.ModuleKind.Node16, types: ['node'], skipLibCheck: true },
  );
  const checker = program.getTypeChecker();
  const sections = entries.map(([subpath, entry]) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(fileOf(entry)));
    const symbols = module === undefined ? [] : checker.getExportsOfModule(module);
    const declarations = symbols
      .map((symbol) => [symbol.name, declarationsOf(checker, symbol)])
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      `# ${name}${subpath.slice(1)}: ${declarations.length} names`,
      ...declarations.map(([, text]) => text),
    ].join('\n\n');
  });
  return `${sections.join('\n\n')}\n`;
}

/**
 * Without comments, which may say the same in other words, and without what is private. A class
 * whose type alone is exported is an `export type class`.
 */
function declarationsOf(checker, symbol) {
  const [exported] = symbol.declarations;
  const isType = ts.isTypeOnlyExportDeclaration(exported);
  const aliased = ts.isExportSpecifier(exported) ? checker.getAliasedSymbol(symbol) : symbol;
  const printer = ts.createPrinter({ removeComments: true });
  return aliased.declarations
    .map((node) => {
      const whole = ts.isVariableDeclaration(node) ? node.parent.parent : node;
      return printer.printNode(ts.EmitHint.Unspecified, whole, node.getSourceFile());
    })
    .join('\n')
    .replace(/^ +(#private|private .*);\n/gm, '')
    .replace(/^export declare class/, isType ? 'export type class' : '$&');
}

module.exports = { apiReport, REPORT };

if (require.main === module) writeFileSync(REPORT, apiReport());
