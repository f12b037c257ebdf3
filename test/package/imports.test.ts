// The folders of lib/ are layers: each may import from those below it (CONTRIBUTING.md).
import { readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import ts from 'typescript';
import { globSync } from 'tinyglobby';

const LIB = join(__dirname, '../../lib');

/** From the folder above to the folder below, with a file that imports the other. */
const imports = new Map<string, string>();
for (const file of globSync('**/*.{ts,mts}', { cwd: LIB })) {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(LIB, file), 'utf8'));
  for (const { fileName } of importedFiles.filter(({ fileName }) => fileName.startsWith('.'))) {
    const [from, to] = [file, normalize(join(dirname(file), fileName))].map(folderOf);
    if (from !== to) imports.set(`${from} -> ${to}`, `${file} imports ${fileName}`);
  }
}

/** A file in lib/ itself is a layer of its own. */
function folderOf(file: string): string {
  return relative('.', file).split(/[\\/]/)[0] ?? file;
}

test('no two folders of lib/ import each other, not even by way of others', () => {
  const below = (folder: string) =>
    [...imports.keys()].map((edge) => edge.split(' -> ')).filter(([from]) => from === folder);
  const visit = (folder: string, way: string[]): void => {
    if (way.includes(folder)) {
      const circle = [...way.slice(way.indexOf(folder)), folder];
      const edges = circle.slice(1).map((to, at) => imports.get(`${circle[at]} -> ${to}`));
      throw new Error(`a circle: ${edges.join('; ')}`);
    }
    for (const [, to = ''] of below(folder)) visit(to, [...way, folder]);
  };
  for (const edge of imports.keys()) visit(edge.split(' -> ')[0] ?? '', []);
  expect(imports.size).toBeGreaterThan(20);
});
