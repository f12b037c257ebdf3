import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CASES } from './contract/cases';
import { CASES as DIALOGS } from './dialogs/cases';

const ROOT = resolve(__dirname, '..');
const PAGES = [
  ...readdirSync(ROOT),
  ...readdirSync(join(ROOT, 'docs')).map((name) => join('docs', name)),
].filter((name) => name.endsWith('.md'));

const QUOTES = ["'", '"'];

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** A source file's strings, with those joined that are split over lines. */
function strings(path: string): string {
  return read(path)
    .replace(/"\s*\n\s*"/g, '')
    .replaceAll("\\'", "'");
}

/** The cells of the rows of all tables of a page, headings left out. */
function tableRows(page: string): string[][] {
  return [...read(page).matchAll(/^\| (.*) \|$/gm)]
    .map(([, row = '']) => row.split(' | ').map((cell) => cell.trim()))
    .filter(([first = '']) => !/^(-+|Sentence|Statement)$/.test(first));
}

describe.each(['docs/seeds.md', 'docs/conformance.md'])('%s', (page) => {
  const rows = tableRows(page);

  test('has a test for everything', () => {
    expect(rows.length).toBeGreaterThan(50);
    const without = rows.filter(
      ([, tests = '']) => !/`(test|native)\/.*` "|contract `/.test(tests),
    );
    expect(without).toEqual([]);
  });

  test('names tests that exist', () => {
    const missing = rows.flatMap(([, tests = '']) =>
      [...tests.matchAll(/`((?:test|native)\/[^`]*)`((?:,? "[^"]+")*)/g)].flatMap(
        ([, path = '', titles = '']) => {
          if (!existsSync(join(ROOT, path))) return [path];
          const source = strings(path);
          return [...titles.matchAll(/"([^"]+)"/g)]
            .filter(([, title = '']) => !QUOTES.some((q) => source.includes(q + title + q)))
            .map(([, title]) => `${path}: ${title}`);
        },
      ),
    );
    expect(missing).toEqual([]);
  });

  test.each([
    ['contract cases', 'contract', CASES],
    ['dialogs', 'dialogs', DIALOGS],
  ])('names %s that exist', (_, word, cases) => {
    const known = cases.map(({ id }) => id);
    const lists = new RegExp(`${word} ((?:\`[a-z-]+\`(?:, )?)+)`, 'g');
    const named = rows.flatMap(([, tests = '']) =>
      [...tests.matchAll(lists)].flatMap(([, ids = '']) =>
        [...ids.matchAll(/`([a-z-]+)`/g)].map(([, id = '']) => id),
      ),
    );
    expect(named.filter((id) => !known.includes(id))).toEqual([]);
  });
});

test('docs/conformance.md has each statement once', () => {
  const numbered = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, at) => `${prefix}-${String(at + 1).padStart(2, '0')}`);
  const listed = tableRows('docs/conformance.md').map(([statement]) => statement?.slice(0, 5));
  expect(listed).toEqual([...numbered('SD', 36), ...numbered('EM', 32)]);
});

test.each(PAGES)('the links of %s lead somewhere', (page) => {
  const targets = [...read(page).matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
  const broken = targets.filter((target) => {
    if (/^https?:/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    return !existsSync(join(ROOT, file)) || (anchor !== undefined && !anchors(file).has(anchor));
  });
  expect(broken).toEqual([]);
});

/** What the headings of a page can be linked by. */
function anchors(page: string): Set<string> {
  const headings = [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe('README', () => {
  const readme = read('README.md');

  test.each(['npm ci && npm start', 'npm ci && npm test'])('has `%s` on a line', (command) => {
    expect(readme.split('\n')).toContain(command);
  });

  test('README links every page of docs', () => {
    const pages = PAGES.filter((page) => page.startsWith('docs/'));
    expect(pages.filter((page) => !readme.includes(`(${page})`))).toEqual([]);
  });

  test('README says that RAS asks a security DLL for serial ports only (SD-36)', () => {
    expect(readme).toMatch(/serial.*only/);
    expect(readme).toMatch(/ISDN.*VPN/);
  });

  test('README says that the name must be the one that PPP will use (SD-13)', () => {
    expect(readme).toMatch(/account name that the caller uses in PPP/);
  });

  test('has a policy in about ten lines', () => {
    const [, code = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    expect(code).toContain('definePolicy');
    expect(code.split('\n').length).toBeLessThan(15);
  });
});
