import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { typeErrors } from './support/type-check';

const ROOT = resolve(__dirname, '..');
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const SOURCES = readdirSync(join(ROOT, 'lib/policy')).map((name) => join('lib/policy', name));

/** The TypeScript blocks of a page, or of the docstrings of a source file, by name and number. */
function codeBlocks(path: string): [name: string, code: string][] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const page = path.endsWith('.ts') ? text.replace(/^ \* ?/gm, '') : text;
  return [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = ''], index) => [
    `${path}, block ${index + 1}`,
    code,
  ]);
}

const BLOCKS = [...PAGES, ...SOURCES].flatMap(codeBlocks);

const MISTAKES: [name: string, code: string][] = [
  ['a mistake in a whole file', "import { granted } from 'rasshost';"],
  ['a mistake in a fragment', 'return granted(user);'],
];

test('every TypeScript block of the pages and of the docstrings of policies compiles', () => {
  expect(BLOCKS.length).toBeGreaterThan(20);
  expect(typeErrors(new Map([...BLOCKS, ...MISTAKES]))).toEqual([
    expect.stringMatching(/^a mistake in a whole file: .*granted/),
    expect.stringMatching(/^a mistake in a fragment: .*granted/),
  ]);
});
