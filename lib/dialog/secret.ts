import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';
import { RasshostError } from '../errors';

const COMPARE_KEY = randomBytes(32);

/**
 * Something that a caller typed and nobody else may read: it prints as `[secret]` wherever text is
 * made of it, and is wiped when the dialog is over.
 */
export class Secret {
  readonly #bytes: Buffer;
  #wiped = false;

  /** Takes the bytes over: they are wiped together with the secret. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /**
   * What the caller typed, as it lies in memory (no copy).
   * @throws {@link RasshostError} RASSHOST_E_OVER when the secret has been wiped
   */
  get bytes(): Buffer {
    if (this.#wiped) throw new RasshostError('RASSHOST_E_OVER', 'the secret has been wiped');
    return this.#bytes;
  }

  /**
   * Compares in a time that says nothing about where the two differ, nor about their lengths.
   * An empty secret equals nothing, so that a missing answer never matches a missing password.
   * @throws {@link RasshostError} RASSHOST_E_OVER when the secret has been wiped
   */
  equals(expected: string | Uint8Array): boolean {
    const same = timingSafeEqual(digest(this.bytes), digest(expected));
    return same && this.#bytes.length > 0;
  }

  /** Overwrites the bytes. The secret is of no use afterwards. */
  wipe(): void {
    this.#bytes.fill(0);
    this.#wiped = true;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

function digest(bytes: string | Uint8Array): Buffer {
  return createHmac('sha256', COMPARE_KEY).update(bytes).digest();
}
