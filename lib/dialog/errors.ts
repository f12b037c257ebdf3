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
