import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECURITYMSG_SUCCESS } from '../../lib/rasman/security-message';
import { GRANTED, type Grant } from './kill-matrix-order';
import type { TracedServer, TraceLine } from './traced-server';

/** A dialog that the security DLL knows of. */
export interface Begun {
  readonly hPort: unknown;
  /** The security DLL numbers its sessions. */
  readonly session: number;
  /** Its DialogSeconds. */
  readonly seconds: number;
}

/** What the policy has left behind for a session before it said SUCCESS. */
export function grantOf(server: TracedServer, session: number): Grant | undefined {
  const file = join(server.directory, `${GRANTED}${session}`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Grant) : undefined;
}

/** Every SUCCESS that one RAS server hears, against what the policy had granted by then. */
export class SuccessRule {
  readonly #begun = new Map<unknown, Begun>();
  /** So many lines of the trace have been judged. */
  #judged = 0;

  constructor(private readonly server: TracedServer) {}

  add(begun: Begun): void {
    this.#begun.set(begun.hPort, begun);
  }

  /** What is wrong with the successes since the last time. */
  *problems(): Generator<string> {
    const trace = this.server.trace();
    const news = trace.slice(this.#judged);
    this.#judged = trace.length;
    for (const line of news) {
      if (line.call !== 'RasSecurityDialogComplete') continue;
      if (line['dwMsgId'] === SECURITYMSG_SUCCESS) yield* this.#problemsOf(line, trace);
    }
  }

  *#problemsOf(success: TraceLine, trace: readonly TraceLine[]): Generator<string> {
    const begun = this.#begun.get(success['hPort']);
    const grant = begun && grantOf(this.server, begun.session);
    if (!begun || !grant) {
      yield `SUCCESS for ${String(success['userName'])}, which no policy has granted to that dialog`;
      return;
    }
    const { session, seconds, hPort } = begun;
    if (success['userName'] !== grant.userName) {
      yield `SUCCESS for ${String(success['userName'])}, granted to ${grant.userName}`;
    }
    const first = (...calls: string[]) =>
      trace.findIndex((line) => line['hPort'] === hPort && calls.includes(line.call ?? ''));
    const over = first('RasSecurityDialogComplete', 'RasSecurityDialogEnd');
    if (grant.traced > over) {
      yield `SUCCESS of session ${session}: over at line ${over}, granted after line ${grant.traced}`;
    }
    const begin = first('RasSecurityDialogBegin');
    const lasted = ((trace[over]?.t ?? NaN) - (trace[begin]?.t ?? NaN)) / 1e6;
    if (!(lasted <= seconds)) {
      yield `SUCCESS of session ${session} after ${lasted} s, with DialogSeconds ${seconds}`;
    }
  }
}
