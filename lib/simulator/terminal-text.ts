import { StringDecoder } from 'node:string_decoder';
import type { CodePage } from '../dialog/code-page';

/** Stands for a byte that is no character: what terminals show for it. */
const NO_CHARACTER = '\ufffd';

/** What a caller's terminal makes of bytes, a character a byte, in the words of a UTF-8 terminal. */
export function shownText(bytes: string, codePage: CodePage): string {
  return Array.from(bytes, (byte) => {
    if (byte < '\x80') return byte;
    const character = codePage.decode(Buffer.from(byte, 'latin1'));
    // A control character from 0x80 on would be one for this terminal, too.
    return character < '\xa0' ? NO_CHARACTER : character;
  }).join('');
}

/** The keys of a UTF-8 terminal, as bytes of a caller's terminal. */
export class TypedKeys {
  readonly #codePage: CodePage;
  // What is typed may come in pieces that end within a character.
  readonly #decoder = new StringDecoder('utf8');

  constructor(codePage: CodePage) {
    this.#codePage = codePage;
  }

  /** The bytes, a character each, and whether something was typed that the code page lacks. */
  take(typed: Buffer): { readonly bytes: string; readonly lacks: boolean } {
    const bytes = Array.from(this.#decoder.write(typed), (character) => this.#bytes(character));
    return { bytes: bytes.join(''), lacks: bytes.includes('') };
  }

  #bytes(character: string): string {
    if (character < '\x80') return character;
    try {
      return this.#codePage.encode(character).toString('latin1');
    } catch {
      return '';
    }
  }
}
