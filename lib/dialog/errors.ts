import { RasshostError, type RasshostErrorCode } from '../errors';

/** What means that the caller has given no answer. */
const NO_ANSWER: ReadonlySet<unknown> = new Set<RasshostErrorCode>([
  'RASSHOST_E_TIMEOUT',
  'RASSHOST_E_CANCELLED',
  'RASSHOST_E_PPP',
  'RASSHOST_E_TRIES',
]);

/**
 * Whether something that was thrown means that the caller gave no answer. By its code, because
 * policy and host may have different copies of the classes.
 * @internal
 */
export function isNoAnswer(thrown: unknown): boolean {
  return NO_ANSWER.has(codeOf(thrown));
}

/** Likewise, when the caller was given no more time. @internal */
export function isTimeout(thrown: unknown): boolean {
  const code: RasshostErrorCode = 'RASSHOST_E_TIMEOUT';
  return codeOf(thrown) === code;
}

function codeOf(thrown: unknown): unknown {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown
    ? thrown.code
    : undefined;
}

/** The caller has hung up, or the line was lost: nobody is there to talk to any more. */
export class CallerHungUp extends RasshostError {
  /** @internal */
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'CallerHungUp', configurable: true });
  }

  constructor(detail: string, options?: ErrorOptions) {
    super('RASSHOST_E_HUNG_UP', detail, options);
  }
}

/** The caller did not answer within the time that the prompt, or the whole dialog, allows. */
export class DialogTimeout extends RasshostError {
  /** @internal */
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'DialogTimeout', configurable: true });
  }

  constructor(detail: string) {
    super('RASSHOST_E_TIMEOUT', detail);
  }
}

/** The caller has pressed Ctrl-C at a question. */
export class CallerCancelled extends RasshostError {
  /** @internal */
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'CallerCancelled', configurable: true });
  }

  constructor(detail: string) {
    super('RASSHOST_E_CANCELLED', detail);
  }
}

/**
 * The caller's machine has begun PPP in the middle of the dialog: whoever sits at it has pressed
 * Done too early, or its connection is not set up to show a terminal window.
 */
export class CallerStartedPpp extends RasshostError {
  /** @internal */
  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'CallerStartedPpp',
      configurable: true,
    });
  }

  constructor(detail: string) {
    super('RASSHOST_E_PPP', detail);
  }
}

/** The caller has answered a question as often as it allows, and never acceptably. */
export class TooManyTries extends RasshostError {
  /** @internal */
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'TooManyTries', configurable: true });
  }

  constructor(detail: string) {
    super('RASSHOST_E_TRIES', detail);
  }
}
