import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';
import { brand } from '../brand';
import { RasshostError } from '../errors';

const COMPARE_KEY = randomBytes(32);

/**
 * Something that a caller typed and nobody else may read. If a text is made of it, the text has
 * `[secret]`. It is wiped when the dialog is over.
 *
 * Its bytes are UTF-8, whatever the code page of the caller's terminal is. So they are the bytes
 * that the same text has in the policy and at a back end.
 *
 * @category Questions
 * @example
 * ```ts
 * const passcode = await dialog.askSecret('Passcode: ');
 * const known = timingSafeEqual(passcode.digest('sha256'), expectedDigest);
 * ```
 */
export class Secret {
  /** @internal */
  static {
    brand(this, 'Secret');
  }

  readonly #bytes: Buffer;
  #wiped = false;

  /** @param bytes - UTF-8. They belong to the secret from now on, and are wiped with it. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /**
   * Compares the two. The time that this takes does not depend on where they differ, nor on their
   * lengths. An empty secret equals nothing, so a missing answer never matches a missing password.
   *
   * @param expected - a text, UTF-8, or another secret
   * @throws {@link RasshostError} RASSHOST_E_OVER when the secret has been wiped
   */
  equals(expected: string | Uint8Array | Secret): boolean {
    const same = timingSafeEqual(mac(this.#present()), macOf(expected));
    return same && this.#bytes.length > 0;
  }

  /** Whether each of its characters is one of these ASCII characters: for the rules of PINs. */
  isMadeOf(characters: string): boolean {
    return this.#present().every((byte) => characters.includes(String.fromCharCode(byte)));
  }

  /** Characters. */
  get length(): number {
    // All bytes of UTF-8 but those that go on with a character.
    return this.#present().reduce((sum, byte) => sum + Number((byte & 0xc0) !== 0x80), 0);
  }

  /**
   * The hash of what the caller typed, in UTF-8.
   * @param algorithm - of `crypto.getHashes()`, such as `sha256`
   * @throws {@link RasshostError} RASSHOST_E_OVER when the secret has been wiped
   */
  digest(algorithm: string): Buffer {
    return createHash(algorithm).update(this.#present()).digest();
  }

  /**
   * Lends what the caller typed to a back end. `action` gets a copy, in UTF-8. The copy is wiped when
   * `action` returns, or when the promise that it returns is settled. The secret itself can be used
   * again.
   *
   * Only what `action` makes of the bytes can be returned, such as the answer of the back end or a
   * hash. The bytes themselves, or a part of them, would be nothing but zeros by then.
   *
   * @returns what `action` returns
   * @throws {@link RasshostError} RASSHOST_E_OVER when the secret has been wiped; RASSHOST_E_OPTION
   * when `action` returns the bytes, or resolves to them
   * @example
   * ```ts
   * const isRight = await passcode.use((bytes) => directory.bind(userName, bytes));
   * ```
   */
  use<Result>(action: (bytes: Buffer) => Result): Result {
    const present = this.#present();
    // Not Buffer.from: its pool is shared memory that nobody wipes.
    const bytes = Buffer.alloc(present.length);
    present.copy(bytes);
    let isLent = false;
    try {
      const result = action(bytes);
      if (!isThenable(result)) return madeOf(bytes, result);
      isLent = true;
      return Promise.resolve(result)
        .then((settled) => madeOf(bytes, settled))
        .finally(() => bytes.fill(0)) as Result;
    } finally {
      if (!isLent) bytes.fill(0);
    }
  }

  /**
   * What the caller typed, as a string. Nobody can wipe a string: it stays in memory until Node.js
   * uses that memory for something else. So prefer {@link use}, if the back end takes bytes.
   * @throws {@link RasshostError} RASSHOST_E_OVER when the secret has been wiped
   */
  text(): string {
    return this.#present().toString();
  }

  /** Overwrites the bytes. Afterwards every method that needs them throws. */
  wipe(): void {
    this.#bytes.fill(0);
    this.#wiped = true;
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
    if (!this.#wiped) return this.#bytes;
    throw new RasshostError(
      'RASSHOST_E_OVER',
      'the secret has been wiped: it can be used until its dialog is over',
    );
  }
}

/** The result, unless it is the memory that was lent, which is about to be wiped. */
function madeOf<Result>(lent: Buffer, result: Result): Result {
  const memory: unknown = ArrayBuffer.isView(result) ? result.buffer : result;
  if (memory !== lent.buffer) return result;
  throw new RasshostError(
    'RASSHOST_E_OPTION',
    'use returned the bytes that it was lent, which are wiped now; return what you make of them',
  );
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}

function macOf(expected: string | Uint8Array | Secret): Buffer {
  // The secret of another copy of this package has its bytes where only that copy gets at them.
  if (expected instanceof Secret) return expected.use((bytes) => mac(bytes));
  // Terminals type ü as one character, but files may have it as two.
  return mac(typeof expected === 'string' ? expected.normalize('NFC') : expected);
}

function mac(bytes: string | Uint8Array): Buffer {
  return createHmac('sha256', COMPARE_KEY).update(bytes).digest();
}
