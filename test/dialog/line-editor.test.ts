import * as fc from 'fast-check';
import { LineEditor, type LineOptions } from '../../lib/dialog/line-editor';

const TYPED: LineOptions = { maxLength: 80, echo: 'typed' };

/** Types bytes, each line under the same options. */
function type(bytes: Iterable<number>, options: LineOptions = TYPED, editor = new LineEditor()) {
  const lines: string[] = [];
  let screen = '';
  editor.start(options);
  for (const byte of bytes) {
    const { echo, line } = editor.feed(byte);
    screen += Buffer.from(echo).toString('latin1');
    if (line) {
      lines.push(line.toString('latin1'));
      editor.start(options);
    }
  }
  return { lines, screen };
}

const keys = (text: string) => Buffer.from(text, 'latin1');

describe('LineEditor', () => {
  test.each([
    ['CR', 'alice\r'],
    ['LF', 'alice\n'],
    ['CRLF', 'alice\r\n'],
  ])('takes %s for the end of a line (SD-30)', (_, typed) => {
    expect(type(keys(typed))).toEqual({ lines: ['alice'], screen: 'alice\r\n' });
  });

  test('takes the LF of a CRLF for the same end also in the next line, and after NUL', () => {
    expect(type(keys('one\r\n\ntwo\r\0\nthree\n')).lines).toEqual(['one', '', 'two', 'three']);
  });

  test.each([
    ['Backspace', '\b'],
    ['DEL', '\x7f'],
  ])('takes a character back at %s, on the screen as well (SD-30)', (_, rubOut) => {
    const { lines, screen } = type(keys(`alx${rubOut}ice\r`));
    expect(lines).toEqual(['alice']);
    expect(screen).toBe('alx\b \bice\r\n');
  });

  test('does not go back beyond the beginning of the line (SD-30)', () => {
    expect(type(keys('\b\x7fa\b\b\bb\r'))).toEqual({ lines: ['b'], screen: 'a\b \bb\r\n' });
  });

  test('rings and drops what is too long, never cutting silently (SD-12)', () => {
    const { lines, screen } = type(keys('abcd\r'), { maxLength: 3, echo: 'typed' });
    expect(lines).toEqual(['abc']);
    expect(screen).toBe('abc\x07\r\n');
  });

  test('ignores controls and everything with the eighth bit (SD-31)', () => {
    const noise = Array.from({ length: 256 }, (_, value) => value).filter(
      (value) => (value < 0x20 || value > 0x7e) && ![0x08, 0x0a, 0x0d, 0x7f].includes(value),
    );
    expect(type([...noise, ...keys('ok'), ...noise, 13])).toEqual({
      lines: ['ok'],
      screen: 'ok\r\n',
    });
  });

  test('shows a mask instead of the characters', () => {
    const { screen } = type(keys('abc\b\r'), { maxLength: 9, echo: { mask: '*' } });
    expect(screen).toBe('***\b \b\r\n');
  });

  test('gives a line away and keeps no copy of it (SD-32)', () => {
    const editor = new LineEditor();
    editor.start(TYPED);
    for (const byte of keys('secret')) editor.feed(byte);
    const { line } = editor.feed(13);
    expect(line?.toString()).toBe('secret');
    expect(editor.feed(13).line).toHaveLength(0);
  });

  test('reads the same lines however the bytes are spread over time (SD-18)', () => {
    const interesting = fc.constantFrom(0, 8, 10, 13, 0x41, 0x7e, 0x7f, 0x80, 0xff);
    const anyBytes = fc.array(fc.oneof(interesting, fc.integer({ min: 0, max: 255 })));
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        // A model: NUL dropped, CRLF joined, then split; each part edited by itself.
        const text = String.fromCharCode(...bytes.filter((byte) => byte !== 0));
        const parts = text.split(/\r\n|\r|\n/);
        parts.pop();
        const model = parts.map((part) => {
          const line: string[] = [];
          for (const key of part) {
            if (key === '\b' || key === '\x7f') line.pop();
            else if (key >= ' ' && key <= '~' && line.length < 80) line.push(key);
          }
          return line.join('');
        });
        expect(type(bytes).lines).toEqual(model);
      }),
    );
  });

  test('never shows a secret, nor how long it is unless masked (SD-30)', () => {
    const printable = fc.array(fc.integer({ min: 0x20, max: 0x7f }), { maxLength: 100 });
    fc.assert(
      fc.property(printable, (bytes) => {
        const hidden = type([...bytes, 13], { maxLength: 80, echo: 'none' }).screen;
        expect(hidden.replaceAll('\x07', '')).toBe('\r\n');
        const masked = type([...bytes, 13], { maxLength: 80, echo: { mask: '*' } }).screen;
        expect(masked.replaceAll('\b \b', '').replaceAll('*', '').replaceAll('\x07', '')).toBe(
          '\r\n',
        );
      }),
    );
  });
});
