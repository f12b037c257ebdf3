// What `npm run matrix` runs, and how a run of a part goes into docs/matrix.md.
const { mergeRows } = jest.requireActual<{
  mergeRows: (page: string, rows: string[][]) => string;
}>('../../scripts/matrix-page');

const { chosenRuns } = jest.requireActual<{
  chosenRuns: (names: string[]) => { name: string }[];
}>('../../scripts/matrix-runs');

const namesOf = (...names: string[]) => chosenRuns(names).map(({ name }) => name);

test('without a name all is run: two Debians, and each Node.js that is supported', () => {
  const names = namesOf();
  expect(names).toEqual(
    expect.arrayContaining([
      ...['debian13/readme/start', 'debian13/readme/test'],
      ...['debian13/22/contract', 'debian13/24/emulator', 'debian13/26/kill-matrix'],
      'here/22/contract',
      ...['20', '22', '24', '26'].map((line) => `linux/${line}/library`),
    ]),
  );
  expect(new Set(names).size).toBe(names.length);
});

test('a name means itself and whatever begins with it, by whole words', () => {
  expect(namesOf('here/22/contract')).toEqual(['here/22/contract']);
  expect(namesOf('linux')).toHaveLength(4);
  expect(namesOf('debian13/24/', 'linux/20')).toEqual(
    expect.arrayContaining(['debian13/24/contract', 'linux/20/library']),
  );
});

test('a name that means nothing is an error that lists what there is', () => {
  expect(() => chosenRuns(['debian1'])).toThrow(/no debian1, but\n {2}debian13\//);
});

describe('a row of a run', () => {
  const row = (node: string, passed: string, suite = 'contract') => [
    ...['Debian 13', '10.0', node, suite, passed, '0', '2026-01-02'],
  ];
  const EMPTY = 'Before.\n\n<!-- written by npm run matrix -->\n\nAfter.\n';
  const rowsOf = (page: string) => page.split('\n').filter((line) => line.startsWith('| Debian'));

  test('takes the place of its older one, also one of an older version of that Node.js', () => {
    const before = mergeRows(EMPTY, [row('node.exe 24.1.0', '1'), row('node.exe 26.1.0', '2')]);
    expect(rowsOf(mergeRows(before, [row('node.exe 24.2.0', '3')]))).toEqual([
      '| Debian 13 | 10.0 | node.exe 24.2.0 | contract | 3 | 0 | 2026-01-02 |',
      '| Debian 13 | 10.0 | node.exe 26.1.0 | contract | 2 | 0 | 2026-01-02 |',
    ]);
  });

  test('leaves all other rows, and what is written around the table', () => {
    const before = mergeRows(EMPTY, [
      row('node.exe 24.1.0', '1'),
      row('node.exe 24.1.0', '2', 'x'),
    ]);
    const after = mergeRows(before, [row('Node.js 24.1.0', '3')]);
    expect(rowsOf(after)).toHaveLength(3);
    expect(rowsOf(after)).toEqual(expect.arrayContaining(rowsOf(before)));
    expect(after).toMatch(/^Before\.\n/);
    expect(after).toMatch(/\nAfter\.\n$/);
  });
});
