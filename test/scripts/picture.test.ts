// The picture of README.md shows what a terminal shows today.
import { readFileSync } from 'node:fs';

const { FILE, picture } = jest.requireActual<{ FILE: string; picture: () => Promise<string> }>(
  '../../scripts/picture',
);

/** A picture without how long the calls took, and how much room that takes. */
function withoutTimes(svg: string): string {
  return svg.replaceAll(/\d+\.\d s</g, 'N s<').replaceAll(/ textLength="[\d.]+"/g, '');
}

test('the picture of README.md is what the policy of README.md looks like at a terminal', async () => {
  const drawn = withoutTimes(await picture());
  expect(drawn).toContain('>call 2: success CONTOSO\\alice, N s<');
  // `npm run picture` draws it anew.
  expect(withoutTimes(readFileSync(FILE, 'utf8'))).toBe(drawn);
});
