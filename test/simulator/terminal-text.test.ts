import fc from 'fast-check';
import { CodePage } from '../../lib/dialog/code-page';
import { shownText, TypedKeys } from '../../lib/simulator/terminal-text';

test('bytes of the code page are shown as its characters, and what is none as U+FFFD', () => {
  expect(shownText('gr\x81n \xe1\r\n', new CodePage('cp437'))).toBe('grün ß\r\n');
  expect(shownText('gr\x81n', new CodePage('ascii'))).toBe('gr\ufffdn');
  // CSI of a terminal that knows it as one byte.
  expect(shownText('\x9b2J', new CodePage('iso-8859-1'))).toBe('\ufffd2J');
});

test('keys are typed as bytes of the code page, and those that it lacks are not typed', () => {
  const keys = new TypedKeys(new CodePage('cp437'));
  expect(keys.take(Buffer.from('ü\r'))).toEqual({ bytes: '\x81\r', lacks: false });
  expect(keys.take(Buffer.from('1€2'))).toEqual({ bytes: '12', lacks: true });
});

test('what is typed and echoed looks the same, wherever the bytes of a key are split', () => {
  const codePage = new CodePage('windows-1252');
  const character = fc.constantFrom('a', 'Z', '~', ' ', 'é', 'ß', 'Š', '€', 'œ');
  fc.assert(
    fc.property(fc.array(character), fc.array(fc.nat(40)), (characters, cuts) => {
      const typed = Buffer.from(characters.join(''));
      const keys = new TypedKeys(codePage);
      const at = [0, ...cuts.map((cut) => Math.min(cut, typed.length)), typed.length];
      at.sort((a, b) => a - b);
      const bytes = at
        .slice(1)
        .map((end, index) => keys.take(typed.subarray(at[index], end)).bytes);
      expect(shownText(bytes.join(''), codePage)).toBe(characters.join(''));
    }),
  );
});
