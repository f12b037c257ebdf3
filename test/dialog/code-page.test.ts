import { CodePage } from '../../lib/dialog/code-page';

test.each([
  ['klingon', 'there is no code page klingon'],
  ['utf-8', 'utf-8 is not a single-byte code page'],
])('%s is refused, and the message has names that are right', (name, problem) => {
  expect(() => new CodePage(name)).toThrow(
    `RASSHOST_E_OPTION: ${problem}; there are ascii, cp437, cp850, windows-1252, iso-8859-15 and others`,
  );
});

test.each(['ascii', 'cp437', 'cp850', 'windows-1252', 'iso-8859-15'])(
  '%s, which that message names, is one',
  (name) => {
    expect(new CodePage(name).decode(Buffer.from('A'))).toBe('A');
  },
);
