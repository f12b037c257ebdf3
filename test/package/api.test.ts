// What the package exports: names, declarations, values.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

const { apiReport, REPORT } = jest.requireActual<{ apiReport: () => string; REPORT: string }>(
  '../../scripts/api-report',
);

/** The names that a section of the report declares as values. */
function valuesOf(section: string): string[] {
  const values = /^export (?:declare )?(?:abstract )?(?:class|function|const) (\w+)/gm;
  return [...new Set([...section.matchAll(values)].map(([, name = '']) => name))].sort();
}

const sections = readFileSync(REPORT, 'utf8')
  .split(/^# (?=rasshost)/m)
  .slice(1);

test('nothing that is exported changes unseen', () => {
  // Where a change is meant, `node scripts/api-report.js` writes the report anew.
  expect(apiReport()).toBe(readFileSync(REPORT, 'utf8'));
});

test.each(['rasshost', 'rasshost/rasman', 'rasshost/testing'])(
  'what %s declares are its values',
  (subpath) => {
    const section = sections.find((text) => text.startsWith(`${subpath}:`)) ?? '';
    const script = `import * as all from '${subpath}'; console.log(Object.keys(all).join());`;
    const args = ['--input-type=module', '-e', script];
    const printed = execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    const imported = printed.trim().split(',');
    expect(imported.filter((name) => !/^(default|module\.exports)$/.test(name))).toEqual(
      valuesOf(section),
    );
  },
);

test('each subpath has a part of the reference, and a line in docs/api.md', () => {
  const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
  const { exports } = JSON.parse(read('package.json')) as {
    exports: Record<string, string | { types: string }>;
  };
  const { entryPoints } = JSON.parse(read('typedoc.json')) as { entryPoints: string[] };
  const subpaths = Object.entries(exports).flatMap(([subpath, entry]) =>
    typeof entry === 'string'
      ? []
      : [{ name: `rasshost${subpath.slice(1)}`, file: entry.types.replace('./dist', 'lib') }],
  );
  const sources = subpaths.map(({ file }) => file.replace(/\.d\.(m?ts)$/, '.$1'));
  expect([...entryPoints].sort()).toEqual([...sources].sort());
  const rows = [...read('docs/api.md').matchAll(/^\| `(rasshost.*?)`/gm)].map(([, name]) => name);
  expect(rows.sort()).toEqual(subpaths.map(({ name }) => name).sort());
});
