import type { Secret } from 'rasshost';

/** What a token server makes of a passcode, which is a PIN and the tokencode of the moment. */
export type Answer = 'right' | 'wrong' | 'new PIN required' | 'next tokencode required';

interface Token {
  /** None before its first use: then the tokencode alone is the passcode. */
  pin?: Buffer;
  /** Those to come. A real token makes a new one every minute. */
  readonly codes: string[];
  wrong: number;
}

/** After so many wrong passcodes a right one alone does not do. */
const WRONG_AT_MOST = 3;

/** Stands for the client of your token server, in these examples. */
export class TokenServer {
  readonly #tokens = new Map<string, Token>([
    ['alice', { pin: Buffer.from('1234'), codes: ['111111', '222222', '333333'], wrong: 0 }],
    ['bob', { codes: ['444444', '555555'], wrong: 0 }],
  ]);

  async verify(userName: string, passcode: Secret): Promise<Answer> {
    const token = this.#tokens.get(userName);
    if (!token) return 'wrong';
    if (!isNext(token, passcode, token.pin)) {
      token.wrong += 1;
      return 'wrong';
    }
    if (!token.pin) return 'new PIN required';
    if (token.wrong >= WRONG_AT_MOST) return 'next tokencode required';
    token.wrong = 0;
    return 'right';
  }

  async verifyNext(userName: string, tokencode: Secret): Promise<boolean> {
    const token = this.#tokens.get(userName);
    if (!token || !isNext(token, tokencode)) return false;
    token.wrong = 0;
    return true;
  }

  /** Keeps a copy of the PIN: the caller's is wiped with the dialog. */
  async setPin(userName: string, pin: Uint8Array): Promise<void> {
    const token = this.#tokens.get(userName);
    if (token) token.pin = Buffer.from(pin);
  }
}

/** Whether a passcode is the next code, after the PIN. A code is good for once. */
function isNext({ codes }: Token, passcode: Secret, pin: Uint8Array = Buffer.alloc(0)): boolean {
  const [next] = codes;
  // Without a code, the PIN alone must not do.
  if (next === undefined) return false;
  if (!passcode.equals(Buffer.concat([pin, Buffer.from(next)]))) return false;
  codes.shift();
  return true;
}
