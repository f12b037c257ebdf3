import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Secret } from 'rasshost';

const hash = promisify<Buffer | string, Buffer, number, Buffer>(scrypt);

/** What is kept of a passcode: a salt, and a hash that takes long to compute. */
export async function hashPasscode(passcode: string): Promise<string> {
  const salt = randomBytes(16);
  return `${salt.toString('hex')}:${(await hash(passcode, salt, 32)).toString('hex')}`;
}

/**
 * Tells whether a caller has typed the passcode that is kept. Without one, the answer is no, and
 * takes as long: nobody learns from it which users there are.
 */
export async function isRight(passcode: Secret, kept = ':'): Promise<boolean> {
  const [salt = '', expected = ''] = kept.split(':');
  const actual = await passcode.use((bytes) => hash(bytes, Buffer.from(salt, 'hex'), 32));
  const wanted = Buffer.from(expected, 'hex');
  return wanted.length === actual.length && timingSafeEqual(wanted, actual);
}
