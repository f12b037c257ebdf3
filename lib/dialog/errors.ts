import { RasshostError } from '../errors';

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
