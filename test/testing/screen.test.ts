import { renderScreen } from '../../lib/testing';

describe('renderScreen', () => {
  test.each([
    ['CR and LF', 'one\r\ntwo', 'one\ntwo'],
    ['a lone LF, which makes stairs', 'one\ntwo', 'one\n   two'],
    ['a lone CR, which writes over', 'one\rO', 'One'],
    ['Backspace, not beyond the margin', 'ab\b\b\bX', 'Xb'],
    ['rubbing out', 'ab\b \b', 'a'],
    ['tabs', 'a\tb', 'a       b'],
    ['a form feed', 'a\r\nb\fc', 'c'],
    ['what shows nothing', 'a\x07\x00\x1bb', 'ab'],
    ['an empty line', 'a\r\n\r\nb', 'a\n\nb'],
  ])('applies %s', (_, output, screen) => {
    expect(renderScreen(output)).toBe(screen);
  });
});
