import { types } from 'node:util';
import { RasshostError } from '../errors';
import type { CodePage } from './code-page';
import { Secret } from './secret';

/**
 * What the caller's terminal has to be sent for a secret. The receiver owns the memory, and wipes it.
 *
 * @throws {@link RasshostError} RASSHOST_E_OPTION for what is no secret, without a word of what it is
 * instead; RASSHOST_E_TEXT
 */
export function secretBytes(secret: unknown, codePage: CodePage): Buffer {
  if (secret instanceof Secret) return secret.use((bytes) => codePage.encodeSecret(bytes));
  if (typeof secret === 'string' || types.isUint8Array(secret))
    return codePage.encodeSecret(secret);
  throw new RasshostError(
    'RASSHOST_E_OPTION',
    `printSecret was given a value of type ${typeof secret}, not a text, a Secret or a Uint8Array`,
  );
}
