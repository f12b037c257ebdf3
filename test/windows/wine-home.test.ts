// Which node.exe runs the workers under Wine.
import { nodeLine } from '../../lib/windows/wine-home';

test.each([
  ['wine-8.0 (Debian 8.0~repack-4)', '22'],
  ['wine-10.0 (Debian 10.0~repack-6)', '24'],
  ['wine-11.3', '24'],
])('%s gets node.exe %s, the newest with long-term support that it runs', (wine, line) => {
  expect(nodeLine(wine)).toBe(line);
  expect(nodeLine(wine, '')).toBe(line);
});

test('RASSHOST_WINE_NODE names another line, and one that there is not is refused', () => {
  expect(nodeLine('wine-10.0', '26')).toBe('26');
  expect(() => nodeLine('wine-10.0', '23')).toThrow(
    expect.objectContaining({
      code: 'RASSHOST_E_WINE',
      message: expect.stringContaining('RASSHOST_WINE_NODE is 23, not one of 22, 24, 26'),
    }),
  );
});
