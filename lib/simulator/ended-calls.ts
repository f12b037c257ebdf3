import type { Unanswered } from '../dialog/dialog-event';
import { WHY_UNANSWERED } from '../dialog/told-event';
import { ERROR_PORT_DISCONNECTED, rasErrorName } from '../rasman/codes';
import type { TraceLine } from './trace-line';

/** How a call has ended. */
export interface EndedCall {
  /** Counts calls from 1, in the order in which they began. */
  readonly call: number;
  readonly outcome: string;
  readonly userName: string;
  readonly domain: string;
  readonly dwError: number;
  /** From the first to the last that the RAS server has recorded of it. */
  readonly seconds: number;
  /** Why the last question got no answer, if it got none and that is known. */
  readonly unanswered?: Unanswered;
}

/** What stands for an account in the verdict about a caller who named none: never a user's name. */
const NOBODY = /^<.*>$/;

/** Follows what a RAS server records, for how each call ends. */
export class EndedCalls {
  readonly #going = new Map<number, { call: number; since: number; unanswered?: Unanswered }>();
  #calls = 0;

  /** Takes the next line, and returns the call if that was its end. */
  take(line: TraceLine): EndedCall | undefined {
    const { port, t = 0, outcome, userName = '', domain = '', dwError = 0 } = line;
    if (port === undefined) return undefined;
    if (outcome === undefined) {
      if (line.call !== undefined || line.dialog !== undefined) this.#note(port, t, line);
      return undefined;
    }
    const going = this.#going.get(port) ?? { call: ++this.#calls, since: t };
    this.#going.delete(port);
    const { call, since, unanswered } = going;
    const seconds = (t - since) / 1_000_000;
    return {
      ...{ call, outcome, userName, domain, dwError, seconds },
      ...(unanswered !== undefined && { unanswered }),
    };
  }

  #note(port: number, t: number, line: TraceLine): void {
    const known = this.#going.get(port);
    if (!known && line.call?.endsWith('Begin') !== true) return;
    const going = known ?? { call: ++this.#calls, since: t };
    if (line.dialog === 'unanswered') going.unanswered = line.why as Unanswered;
    else if (line.dialog !== undefined) delete going.unanswered;
    this.#going.set(port, going);
  }
}

/** How a call has ended, in one line. */
export function describeCall(ended: EndedCall): string {
  const { call, outcome, userName, domain, dwError, seconds } = ended;
  const who = userName === '' || NOBODY.test(userName) ? '' : ` ${domain}\\${userName}`;
  const code = dwError === 0 ? '' : ` ${dwError} ${rasErrorName(dwError)}`;
  const why = whyWithoutVerdict(ended);
  return `call ${call}: ${outcome}${who}${code}${why && ` (${why})`}, ${seconds.toFixed(1)} s`;
}

function whyWithoutVerdict({ outcome, userName, dwError, unanswered }: EndedCall): string {
  if (dwError === ERROR_PORT_DISCONNECTED) return WHY_UNANSWERED['hung-up'];
  if (outcome === 'ended') return 'over before the policy had decided';
  if (!NOBODY.test(userName)) return '';
  return unanswered === undefined ? 'the caller gave no answer' : WHY_UNANSWERED[unanswered];
}
