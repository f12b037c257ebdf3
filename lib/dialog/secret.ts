import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';
import { RasshostError } from '../errors';

const COMPARE_KEY = randomBytes(32);

/**
 * Something that a caller typed and nobody else may read: it prints as `[secret]` wherever text is
 * made of it, and is wiped when the dialog is over.
 *
 * @example
 * ```ts
 * const passcode = await dialog.askSecret('Passcode: ');
 * const known = timingSafeEqual(passcode.digest('sha256'), expectedDigest);
 * ```
 */
export class Secret {
  readonly #bytes: Buffer;
  #gone: 'read' | 'wiped' | undefined;

  /** Takes the bytes over: they are wiped together with the secret. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /**
   * Compares in a time that says nothing about where the two differ, nor about their lengths.
   * An empty secret equals nothing, so that a missing answer never matches a missing password.
   * @throws {@link RasshostError} RASSHOST_E_OVER when the secret has been read or wiped
   */
  equals(expected: string | Uint8Array | Secret): boolean {
    const other = expected instanceof Secret ? expected.#present() : expected;
    const same = timingSafeEqual(mac(this.#present()), mac(other));
    return same && this.#bytes.length > 0;
  }

  /** Whether each of its characters is one of these: for the rules of PINs. */
  isMadeOf(characters: string): boolean {
    return this.#present().every((byte) => characters.includes(String.fromCharCode(byte)));
  }

  /** Characters. */
  get length(): number {
    return this.#present().length;
  }

  /**
   * The hash of what the caller typed.
   * @param algorithm - of `crypto.getHashes()`, such as `sha256`
   * @throws {@link RasshostError} RASSHOST_E_OVER when the secret has been read or wiped
   */
  digest(algorithm: string): Buffer {
    return createHash(algorithm).update(this.#present()).digest();
  }

  /**
   * Hands out what the caller typed, once: for a back end that needs the text itself. It is the
   * secret's own memory, which is wiped when the dialog is over.
   * @throws {@link RasshostError} RASSHOST_E_OVER when the secret has been read or wiped before
   */
  read(): Buffer {
    const bytes = this.#present();
    this.#gone = 'read';
    return bytes;
  }

  /** Overwrites the bytes. The secret is of no use afterwards. */
  wipe(): void {
    this.#bytes.fill(0);
    this.#gone = 'wiped';
  }

  /** `[secret]`: in templates and messages. */
  toString(): string {
    return '[secret]';
  }

  /** `[secret]`: in JSON. */
  toJSON(): string {
    return '[secret]';
  }

  /** `[secret]`: for `console.log` and `util.inspect`. */
  [inspect.custom](): string {
    return '[secret]';
  }

  #present(): Buffer {
    if (this.#gone === undefined) return this.#bytes;
    throw new RasshostError('RASSHOST_E_OVER', `the secret has been ${this.#gone}`);
  }
}

function mac(bytes: string | Uint8Array): Buffer {
  return createHmac('sha256', COMPARE_KEY).update(bytes).digest();
}
