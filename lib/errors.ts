import { brand } from './brand';

/**
 * Every code that rasshost itself raises, with what it means. Codes are never reused.
 * docs/errors.md lists the same codes; a test compares the two.
 *
 * @category Errors
 * @enum
 */
export const RASSHOST_ERRORS = {
  RASSHOST_E_VERDICT: 'the verdict is not a well-formed SECURITY_MESSAGE',
  RASSHOST_E_NAME: 'a user or domain name does not fit SECURITY_MESSAGE',
  RASSHOST_E_OVER: 'the transaction is over',
  RASSHOST_E_HUNG_UP: 'the caller has hung up, or the line was lost',
  RASSHOST_E_TIMEOUT: 'the caller did not answer in time',
  RASSHOST_E_CANCELLED: 'the caller has pressed Ctrl-C',
  RASSHOST_E_PPP: 'the caller has begun PPP in the middle of the dialog',
  RASSHOST_E_TRIES: 'the caller has used up the tries of a question',
  RASSHOST_E_TEXT: 'a text for the caller has a character that its code page lacks',
  RASSHOST_E_POLICY_NOT_FOUND: 'the policy file does not exist',
  RASSHOST_E_POLICY_LOAD: 'the policy file could not be loaded',
  RASSHOST_E_POLICY_HANGS: 'the policy file does not finish loading',
  RASSHOST_E_POLICY_INVALID: 'the policy file does not export a policy',
  RASSHOST_E_SELF_CHECK: 'the self-check of the policy has failed',
  RASSHOST_E_NATIVE_NOT_FOUND: 'the Windows binaries of rasshost were not found',
  RASSHOST_E_WINE: 'Wine, which runs the Windows binaries here, is missing or failed',
  RASSHOST_E_REGISTRY: 'the Windows registry could not be read or written',
  RASSHOST_E_REGISTERED: 'another security DLL is registered on this machine',
  RASSHOST_E_MACHINE: 'something on this machine keeps rasshost from being registered',
  RASSHOST_E_EXPECTATION: 'a test expected something that did not happen in the call',
  RASSHOST_E_STOPPED: 'the command was stopped before it had a result',
  RASSHOST_E_EXISTS: 'a file that is to be written exists already',
  RASSHOST_E_OPTION: 'an option or argument is not valid',
  RASSHOST_E_TAPE: 'a tape could not be read or written',
  RASSHOST_E_TAPE_SECRET: 'what stands for a secret of a tape is missing or not valid',
  RASSHOST_E_SCRIPT: 'a caller script is not valid, or the call did not go as it says',
} as const;

/**
 * A code of {@link RASSHOST_ERRORS}.
 * @category Errors
 */
export type RasshostErrorCode = keyof typeof RASSHOST_ERRORS;

/** Names a class of errors, and gives it a {@link brand}. @internal */
export function brandError(errorClass: abstract new (...args: never) => Error, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, configurable: true });
  brand(errorClass, name);
}

/**
 * An error of rasshost's own, told apart by its stable {@link code}.
 * @category Errors
 */
export class RasshostError extends Error {
  /** @internal */
  static {
    brandError(this, 'RasshostError');
  }

  constructor(
    /** What went wrong: stable, and never reused for something else. */
    readonly code: RasshostErrorCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
  }
}
