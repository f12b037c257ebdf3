import { brandError, RasshostError } from '../errors';

/**
 * The caller has hung up, or the line was lost: nobody is there to talk to any more.
 * @category Errors
 */
export class CallerHungUp extends RasshostError {
  /** @internal */
  static {
    brandError(this, 'CallerHungUp');
  }

  constructor(detail: string, options?: ErrorOptions) {
    super('RASSHOST_E_HUNG_UP', detail, options);
  }
}

/**
 * The caller was asked and has given no answer: the base of {@link DialogTimeout},
 * {@link CallerCancelled}, {@link CallerStartedPpp} and {@link TooManyTries}. A policy that does not
 * catch it refuses the caller (SD-11).
 *
 * @category Errors
 * @example
 * ```ts
 * try {
 *   const passcode = await dialog.askSecret('Passcode: ');
 *   return (await tokens.verify(userName, passcode)) ? grant(user) : deny(user);
 * } catch (error) {
 *   if (error instanceof NoAnswer) return deny(user);
 *   throw error;
 * }
 * ```
 */
export abstract class NoAnswer extends RasshostError {
  /** @internal */
  static {
    brandError(this, 'NoAnswer');
  }
}

/**
 * Whether something that was thrown is a {@link NoAnswer}, even if another copy of rasshost has made
 * it. `instanceof NoAnswer` gives the same answer.
 *
 * @category Errors
 */
export function isNoAnswer(thrown: unknown): thrown is NoAnswer {
  return thrown instanceof NoAnswer;
}

/**
 * The caller did not answer within the time that the prompt, or the whole dialog, allows.
 * @category Errors
 */
export class DialogTimeout extends NoAnswer {
  /** @internal */
  static {
    brandError(this, 'DialogTimeout');
  }

  constructor(detail: string) {
    super('RASSHOST_E_TIMEOUT', detail);
  }
}

/**
 * The caller has pressed Ctrl-C at a question.
 * @category Errors
 */
export class CallerCancelled extends NoAnswer {
  /** @internal */
  static {
    brandError(this, 'CallerCancelled');
  }

  constructor(detail: string) {
    super('RASSHOST_E_CANCELLED', detail);
  }
}

/**
 * The caller's machine has begun PPP in the middle of the dialog. Either the person at it has pressed
 * Done too early, or its connection is not set up to show a terminal window.
 *
 * @category Errors
 */
export class CallerStartedPpp extends NoAnswer {
  /** @internal */
  static {
    brandError(this, 'CallerStartedPpp');
  }

  constructor(detail: string) {
    super('RASSHOST_E_PPP', detail);
  }
}

/**
 * The caller has answered a question as often as it allows, and never acceptably.
 * @category Errors
 */
export class TooManyTries extends NoAnswer {
  /** @internal */
  static {
    brandError(this, 'TooManyTries');
  }

  constructor(detail: string) {
    super('RASSHOST_E_TRIES', detail);
  }
}

/**
 * What a question ends with when the policy has gone on without its answer: the verdict has been given,
 * or the part of the dialog ({@link Dialog.race}, `withDeadline`) is over to which the question belongs.
 * @internal
 */
export class QuestionAbandoned extends RasshostError {
  constructor(detail: string) {
    super('RASSHOST_E_OVER', detail);
  }
}
