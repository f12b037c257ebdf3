import { createRequire } from 'node:module';
import { RasshostError } from '../errors';

/** Loads iconv-lite only for a policy whose code page is not ASCII: loading it takes time. */
const load = createRequire(__filename);

/** Bytes of UTF-8 for a character at most. */
const MOST_UTF8 = 4;

/** What a decoder makes of a byte that has no character. */
const REPLACEMENT = '\uFFFD';

/**
 * A single-byte code page: what the caller's terminal makes of each byte. The documents name none
 * for the modem line; ASCII is what all of them share.
 */
export class CodePage {
  /** As the policy has named it. */
  readonly name: string;
  readonly #characters: readonly string[];
  readonly #bytes: Map<string, number>;
  #utf8: readonly Buffer[] | undefined;

  /**
   * @param name - `ascii`, or another single-byte code page such as `windows-1252`, `cp437`,
   * `cp850` or `iso-8859-15`
   * @throws {@link RasshostError} RASSHOST_E_OPTION for any other name
   */
  constructor(name: string) {
    this.name = name;
    this.#characters = name === 'ascii' ? asciiCharacters() : decodeEveryByte(name);
    this.#bytes = new Map(this.#characters.map((character, byte) => [character, byte]));
    this.#bytes.delete(REPLACEMENT);
  }

  /** @throws {@link RasshostError} RASSHOST_E_TEXT for a character that the code page lacks */
  encode(text: string): Buffer {
    const bytes = Array.from(text, (character) => {
      const byte = this.#bytes.get(character);
      if (byte !== undefined) return byte;
      const problem = `${JSON.stringify(character)} is not in the code page ${this.name}`;
      throw new RasshostError('RASSHOST_E_TEXT', problem);
    });
    return Buffer.from(bytes);
  }

  /** The byte for a character; undefined when there is none. */
  byteOf(character: string): number | undefined {
    return this.#bytes.get(character);
  }

  /** The byte for a character that a line may have; undefined when there is none. */
  printableByte(character: string): number | undefined {
    const byte = this.byteOf(character);
    return byte !== undefined && this.isPrintable(byte) ? byte : undefined;
  }

  /** What was typed as UTF-8, without a string of it, which nobody could wipe. */
  toUtf8(bytes: Uint8Array): Buffer {
    this.#utf8 ??= this.#characters.map((character) => Buffer.from(character));
    const utf8 = Buffer.alloc(bytes.length * MOST_UTF8);
    let length = 0;
    for (const byte of bytes) length += this.#utf8[byte]?.copy(utf8, length) ?? 0;
    return utf8.subarray(0, length);
  }

  /**
   * What is to be shown in secret. No string is made of it, and no message has a part of it.
   *
   * @param secret - a text, or its bytes in UTF-8
   * @throws {@link RasshostError} RASSHOST_E_TEXT for a character that the code page lacks
   */
  encodeSecret(secret: string | Uint8Array): Buffer {
    // A string can't be wiped, so neither need a copy of it.
    const utf8 = typeof secret === 'string' ? Buffer.from(secret) : secret;
    const bytes = Buffer.alloc(utf8.length);
    let length = 0;
    for (let at = 0, next = 0; at < utf8.length; at = next) {
      next = at + 1;
      while (isContinuation(utf8[next])) next++;
      const character = Buffer.from(utf8.buffer, utf8.byteOffset + at, next - at).toString();
      const byte = this.byteOf(character);
      if (byte === undefined) {
        bytes.fill(0);
        const problem = `the secret has a character that is not in the code page ${this.name}`;
        throw new RasshostError('RASSHOST_E_TEXT', problem);
      }
      bytes[length++] = byte;
    }
    return bytes.subarray(0, length);
  }

  decode(bytes: Uint8Array): string {
    return Array.from(bytes, (byte) => this.#characters[byte] ?? '').join('');
  }

  /** Whether a byte is a character that a line may have: no control, nothing unassigned. */
  isPrintable(byte: number): boolean {
    const character = this.#characters[byte];
    return character !== undefined && character !== REPLACEMENT && !/\p{C}/u.test(character);
  }
}

const EXAMPLES = 'there are ascii, cp437, cp850, windows-1252, iso-8859-15 and others';

/** Whether a byte of UTF-8 goes on with a character. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function asciiCharacters(): string[] {
  return Array.from({ length: 0x80 }, (_, byte) => String.fromCharCode(byte));
}

function decodeEveryByte(name: string): string[] {
  const iconv = load('iconv-lite') as typeof import('iconv-lite');
  const isKnown: boolean = iconv.encodingExists(name);
  if (!isKnown) {
    throw new RasshostError('RASSHOST_E_OPTION', `there is no code page ${name}; ${EXAMPLES}`);
  }
  const characters = Array.from({ length: 0x100 }, (_, byte) =>
    iconv.decode(Buffer.of(byte), name, { stripBOM: false }),
  );
  // Of a multi-byte encoding, most bytes from 0x80 on are no characters by themselves.
  const known = characters.filter((character) => character.length === 1).length;
  const distinct = new Set(characters).size;
  if (known === 0x100 && distinct > 0xd0 && characters[0x41] === 'A') return characters;
  throw new RasshostError(
    'RASSHOST_E_OPTION',
    `${name} is not a single-byte code page; ${EXAMPLES}`,
  );
}
