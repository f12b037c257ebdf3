import { brandError } from '../errors';
import { RAS_ERRORS, rasErrorName } from './codes';

/**
 * The functions of rasshost.h that Rasman provides.
 * @category Errors
 */
export type RasmanFunction =
  'RasSecurityDialogSend' | 'RasSecurityDialogReceive' | 'RasSecurityDialogGetInfo';

/**
 * A call into Rasman that failed: its result was not the documented success value (SD-14).
 * @category Errors
 */
export class RasError extends Error {
  /** @internal */
  static {
    brandError(this, 'RasError');
  }

  /** Name of {@link code} in raserror.h or winerror.h, such as `ERROR_PORT_DISCONNECTED`. */
  readonly codeName: string;

  /** @param code - of raserror.h or winerror.h; GetLastError is never asked (SD-15). */
  constructor(
    readonly code: number,
    /** The function that failed. */
    readonly functionName: RasmanFunction,
  ) {
    const codeName = rasErrorName(code);
    const meaning = RAS_ERRORS.get(code)?.meaning ?? 'not a documented RAS code';
    super(`${functionName} failed with ${code} ${codeName}: ${meaning}`);
    this.codeName = codeName;
  }
}
