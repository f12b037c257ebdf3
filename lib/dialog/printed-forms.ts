/** `util.inspect` shows so many bytes of a Buffer. More are not searched for as numbers. */
const MOST_SHOWN = 50;

/** The longest form of one byte: `, 255`. */
const MOST_CHARACTERS = 5;

const BACKSLASH = '\\';

/**
 * The forms in which bytes can be in a printed text: as they are; with the characters escaped that a
 * string of JSON or of `util.inspect` escapes; and as numbers, if a Buffer or another array is printed.
 * The forms are in memory of their own, which the caller wipes.
 */
export function printedForms(bytes: Uint8Array): Buffer[] {
  const shown = bytes.subarray(0, MOST_SHOWN);
  return [
    form(bytes, (byte) => byte),
    ...['\\', '\\"', "\\'"].map((escaped) =>
      form(bytes, (byte) => (escaped.includes(byte) ? BACKSLASH + byte : byte)),
    ),
    form(shown, (byte) => Buffer.from(byte, 'latin1').toString('hex'), ' '),
    form(shown, (byte) => String(byte.charCodeAt(0)), ', '),
  ];
}

/** Byte by byte: a string of all of them would stay in memory, where nothing wipes it. */
function form(bytes: Uint8Array, formOf: (byte: string) => string, separator = ''): Buffer {
  const form = Buffer.alloc(bytes.length * MOST_CHARACTERS);
  let end = 0;
  for (const byte of bytes) {
    const before = end === 0 ? '' : separator;
    end += form.write(before + formOf(String.fromCharCode(byte)), end, 'latin1');
  }
  return form.subarray(0, end);
}
