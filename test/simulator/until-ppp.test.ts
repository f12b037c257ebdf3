import fc from 'fast-check';
import { LCP_CONFIGURE_REQUEST } from '../../lib/dialog/ppp-frames';
import { untilPpp } from '../../lib/simulator/until-ppp';

function shown(parts: readonly string[]): string {
  let text = '';
  const show = untilPpp((part) => {
    text += part;
  });
  parts.forEach(show);
  return text;
}

/** Cuts a text at these places, in whatever order and however often they come. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [0, ...places.map((place) => place % (text.length + 1)), text.length];
  at.sort((a, b) => a - b);
  return at.slice(1).map((end, index) => text.slice(at[index], end));
}

const line = fc
  .array(fc.oneof(fc.constantFrom('~', '\xff', '~\xff', LCP_CONFIGURE_REQUEST), fc.string()))
  .map((parts) => parts.join(''));

describe('untilPpp', () => {
  test('finds where PPP begins, wherever the bytes are split', () => {
    fc.assert(
      fc.property(line, fc.array(fc.nat()), (text, places) => {
        const at = text.indexOf('~\xff');
        // A flag at the very end may be a tilde or the beginning of PPP: it is not shown yet.
        const expected = at < 0 ? text.replace(/~$/, '') : `${text.slice(0, at)}[PPP begins]\r\n`;
        expect(shown(cut(text, places))).toBe(expected);
      }),
    );
  });
});
