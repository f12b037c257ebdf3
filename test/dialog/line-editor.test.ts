import * as fc from 'fast-check';
import { CodePage } from '../../lib/dialog/code-page';
import { LineEditor, type EditorEvent, type LineOptions } from '../../lib/dialog/line-editor';

const ASCII = new CodePage('ascii');
const STAR = 0x2a;
const TYPED: LineOptions = { maxLength: 80, echo: 'typed' };

/**
 * Types bytes, each line under the same options, until something else than a line comes of it.
 * `TOO LONG` stands for a line that is.
 */
function type(
  bytes: Iterable<number>,
  options: LineOptions = TYPED,
  editor = new LineEditor(ASCII),
) {
  const lines: string[] = [];
  let screen = '';
  let end: EditorEvent['kind'] | undefined;
  editor.start(options);
  for (const byte of bytes) {
    const { echo, event } = editor.feed(byte);
    screen += Buffer.from(echo).toString('latin1');
    if (!event) continue;
    if (event.kind === 'line') lines.push(event.line.toString('latin1'));
    else if (event.kind === 'too-long') lines.push('TOO LONG');
    else {
      end = event.kind;
      break;
    }
    editor.start(options);
  }
  return { lines, screen, ...(end && { end }) };
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

  test('rings at what is too long, and makes no line of a part of it (SD-12)', () => {
    const editor = new LineEditor(ASCII);
    const { lines, screen } = type(keys('abcd\rabc\r'), { maxLength: 3, echo: 'typed' }, editor);
    expect(lines).toEqual(['TOO LONG', 'abc']);
    expect(screen).toBe('abc\x07\r\nabc\r\n');
  });

  test.each([
    ['each Backspace takes one of them back', 'abcde\b\b\r', 'abc', 'abc\x07\x07\r\n'],
    ['as many as are too many, and more', 'abcd\b\bx\r', 'abx', 'abc\x07\b \bx\r\n'],
    ['Ctrl-U takes all of them back', 'abcde\x15x\r', 'x', 'abc\x07\x07\b \b\b \b\b \bx\r\n'],
    ['one of two is left', 'abcde\b\r', 'TOO LONG', 'abc\x07\x07\r\n'],
  ])('counts the keys beyond a full line: %s', (_, typed, line, screen) => {
    const edited = type(keys(typed), { maxLength: 3, echo: 'typed' });
    expect(edited).toEqual({ lines: [line], screen });
  });

  test('ignores controls and everything with the eighth bit (SD-31)', () => {
    const noise = Array.from({ length: 256 }, (_, value) => value).filter(
      (value) =>
        (value < 0x20 || value > 0x7e) && ![0x03, 0x08, 0x0a, 0x0d, 0x15, 0x7f].includes(value),
    );
    expect(type([...noise, ...keys('ok'), ...noise, 13])).toEqual({
      lines: ['ok'],
      screen: 'ok\r\n',
    });
  });

  test('shows a mask instead of the characters', () => {
    const { screen } = type(keys('abc\b\r'), { maxLength: 9, echo: { mask: STAR } });
    expect(screen).toBe('***\b \b\r\n');
  });

  test.each<[string, LineOptions['echo'], string]>([
    ['what was typed', 'typed', 'abc\b \b\b \b\b \bx\r\n'],
    ['a mask', { mask: STAR }, '***\b \b\b \b\b \b*\r\n'],
    ['nothing', 'none', '\r\n'],
  ])('takes the whole line back at Ctrl-U, when it shows %s (SD-30)', (_, echo, screen) => {
    expect(type(keys('abc\x15x\r'), { maxLength: 9, echo })).toEqual({ lines: ['x'], screen });
  });

  test('gives up at Ctrl-C, and keeps nothing of the line', () => {
    const editor = new LineEditor(ASCII);
    expect(type(keys('abc\x03'), TYPED, editor)).toEqual({
      lines: [],
      screen: 'abc\r\n',
      end: 'cancelled',
    });
    expect(editor.feed(13).event).toEqual({ kind: 'line', line: Buffer.alloc(0) });
  });

  test.each([
    ['escaped', [0x7e, 0xff, 0x7d, 0x23, 0xc0, 0x21]],
    ['plain', [0x7e, 0xff, 0x03, 0xc0, 0x21]],
  ])('recognises an %s PPP frame, be it begun in the line before (SD-31)', (_, frame) => {
    expect(type([...keys('ali'), ...frame]).end).toBe('ppp');
    expect(type([0x7e, 13, ...frame]).end).toBe('ppp');
    expect(type([...frame.slice(0, 2), 0x41, ...frame.slice(2), 13]).end).not.toBe('ppp');
  });

  test.each([
    ['arrow up', '\x1b[A'],
    ['arrow up in application mode', '\x1bOA'],
    ['Shift and arrow up', '\x1b[1;2A'],
    ['Delete', '\x1b[3~'],
    ['F1 of a PC', '\x1bOP'],
    ['F1 of the console of Linux', '\x1b[[A'],
    ['Alt and F1 of an old xterm', '\x1bO3P'],
    ['the report of a cursor', '\x1b[24;80R'],
    ['the beginning of pasted text', '\x1b[200~'],
    ['Escape by itself', '\x1b'],
    ['Escape twice', '\x1b\x1b[A'],
  ])('ignores %s', (_, sequence) => {
    expect(type(keys(`al${sequence}ice\r`))).toEqual({ lines: ['alice'], screen: 'alice\r\n' });
  });

  test('ignores control sequences and single shifts wherever they come (SD-31)', () => {
    const some = (from: number, to: number) =>
      fc.array(fc.integer({ min: from, max: to }), { maxLength: 4 });
    const final = fc.integer({ min: 0x40, max: 0x7e });
    const control = fc
      .tuple(some(0x30, 0x3f), some(0x20, 0x2f), final)
      .filter(
        ([parameters, between, last]) => parameters.length + between.length > 0 || last !== 0x5b,
      )
      .map(([parameters, between, last]) => [0x1b, 0x5b, ...parameters, ...between, last]);
    const shift = final.map((last) => [0x1b, 0x4f, last]);
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 8 });
    const pieces = fc.array(fc.tuple(fc.oneof(control, shift), text), { maxLength: 5 });
    fc.assert(
      fc.property(text, pieces, (before, rest) => {
        const typed = rest.flatMap(([sequence, after]) => [...sequence, ...keys(after)]);
        const line = before + rest.map(([, after]) => after).join('');
        expect(type([...keys(before), ...typed, 13]).lines).toEqual([line]);
      }),
    );
  });

  test.each([
    ['Enter', '\x1b[\r', ['al']],
    ['Ctrl-U', '\x1b[1\x15x\r', ['x']],
    ['Backspace', '\x1bO\bb\r', ['ab']],
  ])('goes by %s in the middle of a sequence', (_, typed, lines) => {
    expect(type(keys(`al${typed}`)).lines).toEqual(lines);
  });

  test('takes the characters of its code page, and no others (SD-31)', () => {
    const editor = new LineEditor(new CodePage('windows-1252'));
    const { lines } = type([0x4d, 0xfc, 0x6c, 0x81, 0x9f, 0x80, 13], TYPED, editor);
    expect(lines).toEqual(['M\xfcl\x9f\x80']);
  });

  test('gives a line away and keeps no copy of it (SD-32)', () => {
    const editor = new LineEditor(ASCII);
    editor.start(TYPED);
    for (const byte of keys('secret')) editor.feed(byte);
    expect(editor.feed(13).event).toEqual({ kind: 'line', line: Buffer.from('secret') });
    expect(editor.feed(13).event).toEqual({ kind: 'line', line: Buffer.alloc(0) });
  });

  test('reads the same lines however the bytes are spread over time (SD-18)', () => {
    const interesting = fc.constantFrom(0, 8, 10, 13, 0x15, 0x41, 0x7e, 0x7f, 0x80);
    const anyBytes = fc.array(
      fc.oneof(
        interesting,
        // Ctrl-C ends the lines, and ESC has properties of its own.
        fc.integer({ min: 0, max: 0xfe }).filter((byte) => byte !== 0x03 && byte !== 0x1b),
      ),
    );
    fc.assert(
      fc.property(anyBytes, fc.integer({ min: 1, max: 6 }), (bytes, maxLength) => {
        // A model: NUL dropped, CRLF joined, then split; each part edited by itself.
        const text = String.fromCharCode(...bytes.filter((byte) => byte !== 0));
        const parts = text.split(/\r\n|\r|\n/);
        parts.pop();
        const model = parts.map((part) => {
          const line: string[] = [];
          for (const key of part) {
            if (key === '\x15') line.length = 0;
            else if (key === '\b' || key === '\x7f') line.pop();
            else if (key >= ' ' && key <= '~') line.push(key);
          }
          return line.length > maxLength ? 'TOO LONG' : line.join('');
        });
        expect(type(bytes, { maxLength, echo: 'typed' }).lines).toEqual(model);
      }),
    );
  });

  test('shows of a secret what a screen shows of as many masks, and nothing else (SD-30)', () => {
    const interesting = fc.constantFrom(8, 0x15, 0x7f, 0x2a, 0x41);
    const typing = fc.array(fc.oneof(interesting, fc.integer({ min: 0x21, max: 0x7e })));
    fc.assert(
      fc.property(typing, fc.integer({ min: 1, max: 20 }), (bytes, maxLength) => {
        const hidden = type(bytes, { maxLength, echo: 'none' });
        expect(hidden.screen.replaceAll('\x07', '')).toBe('');
        const masked = type(bytes, { maxLength, echo: { mask: STAR } });
        const typed = type(bytes, { maxLength, echo: 'typed' });
        expect(onScreen(masked.screen)).toBe('*'.repeat(onScreen(typed.screen).length));
        const [line] = type([...bytes, 13], { maxLength, echo: 'none' }).lines;
        if (line !== 'TOO LONG') expect(onScreen(typed.screen)).toBe(line);
      }),
    );
  });

  test('answers a byte with at most three bytes for each character that it takes back', () => {
    const anyBytes = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 400 });
    fc.assert(
      fc.property(anyBytes, fc.integer({ min: 1, max: 20 }), (bytes, maxLength) => {
        const editor = new LineEditor(ASCII);
        editor.start({ maxLength, echo: 'typed' });
        let most = 0;
        for (const byte of bytes) {
          const { echo, event } = editor.feed(byte);
          most = Math.max(most, echo.length);
          if (event) editor.start({ maxLength, echo: 'typed' });
        }
        expect(most).toBeLessThanOrEqual(3 * maxLength);
      }),
    );
  });
});

/** What a terminal shows of one line. */
function onScreen(output: string): string {
  const cells: string[] = [];
  let column = 0;
  for (const key of output) {
    if (key === '\b') column--;
    else if (key !== '\x07') cells[column++] = key;
  }
  return cells.join('').trimEnd();
}
