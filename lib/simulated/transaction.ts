import { RasshostError } from '../errors';
import { ERROR_PORT_DISCONNECTED, ERROR_REQUEST_TIMEOUT, SUCCESS } from '../rasman/codes';
import type { RasSecurityInfo } from '../rasman/security-info';
import {
  checkSecurityMessage,
  SECURITYMSG_ERROR,
  VERDICT_NAMES,
  type SecurityMessage,
} from '../rasman/security-message';
import type { EndReason, RasTransaction } from '../rasman/transaction';
import type { Clock } from '../time/clock';
import type { SimulatedOutcome } from './call';
import type { Journal, SimulatedPort } from './port';

const ENDED: SimulatedOutcome = { outcome: 'ended', userName: '', domain: '', dwError: 0 };

/**
 * - `running`: handle and buffers are valid
 * - `completed`: Complete was called, End is to follow
 * - `held`: End was answered NO_ERROR, the last Complete is to follow
 * - `over`: nothing follows
 */
type Phase = 'running' | 'completed' | 'held' | 'over';

/**
 * One simulated call, from RasSecurityDialogBegin on: what the RAS server does about it, and the
 * answers that the security DLL gives to End.
 */
export class SimulatedTransaction implements RasTransaction {
  readonly id: bigint;
  readonly hPort: bigint;
  readonly budgetSeconds: number;
  onReceiveEvent = (): void => undefined;
  onEnd: (reason: EndReason) => void = () => undefined;

  readonly #port: SimulatedPort;
  readonly #journal: Journal;
  readonly #cancelDeadline: () => void;
  #phase: Phase = 'running';
  #held = false;
  #outcome = ENDED;

  constructor(
    id: number,
    port: SimulatedPort,
    budgetSeconds: number,
    clock: Clock,
    journal: Journal,
  ) {
    this.id = BigInt(id);
    this.hPort = BigInt(id);
    this.budgetSeconds = budgetSeconds;
    this.#port = port;
    this.#journal = journal;
    this.#cancelDeadline = clock.after(budgetSeconds * 1000, () => this.#onDeadline());
    port.onReceiveEvent = () => this.onReceiveEvent();
    port.onDisconnect = () => this.#end('disconnected');
  }

  get sendBuffer(): Uint8Array {
    return this.#port.sendBuffer;
  }

  get receiveBuffer(): Uint8Array {
    return this.#port.receiveBuffer;
  }

  get receivedLength(): number {
    return this.#port.receivedLength;
  }

  send(length: number): number {
    return this.#port.send(length);
  }

  receive(length: number, timeoutSeconds: number): number {
    return this.#port.receive(length, timeoutSeconds);
  }

  getInfo(): RasSecurityInfo {
    return this.#port.getInfo();
  }

  complete(message: SecurityMessage): void {
    checkSecurityMessage(message);
    if (this.#phase !== 'running') {
      throw new RasshostError('RASSHOST_E_OVER', 'Complete after the end of the transaction');
    }
    this.#complete(message);
    setImmediate(() => this.#end('completed'));
  }

  hold(): void {
    if (this.#phase !== 'running') {
      throw new RasshostError('RASSHOST_E_OVER', 'a hold after the end of the transaction');
    }
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    if (this.#phase !== 'held') return;
    this.#journal.record({ call: 'RasSecurityDialogComplete' });
    this.#finish();
  }

  #onDeadline(): void {
    if (this.#phase !== 'running') return;
    const error = ERROR_REQUEST_TIMEOUT;
    this.#complete({ msgId: SECURITYMSG_ERROR, error, userName: '', domain: '' });
    this.#end('deadline');
  }

  #complete(message: SecurityMessage): void {
    this.#journal.record({ call: 'RasSecurityDialogComplete', message });
    this.#phase = 'completed';
    const { msgId, userName, domain, error } = message;
    this.#outcome = { outcome: VERDICT_NAMES[msgId], userName, domain, dwError: error };
    this.#port.close();
  }

  /** RasSecurityDialogEnd, with the answer that the security DLL gives. */
  #end(reason: EndReason): void {
    if (this.#phase === 'over' || this.#phase === 'held') return;
    const result = this.#held ? SUCCESS : ERROR_PORT_DISCONNECTED;
    this.#journal.record({ call: 'RasSecurityDialogEnd', result });
    this.#port.silence();
    // A verdict that counts hears of the end only when the termination is held.
    const wasJudged = this.#phase === 'completed' && reason !== 'deadline';
    const tell = this.#held || !wasJudged;
    if (this.#held) {
      this.#phase = 'held';
    } else {
      this.#finish();
    }
    if (tell) this.onEnd(wasJudged ? 'completed' : reason);
  }

  #finish(): void {
    this.#phase = 'over';
    this.#cancelDeadline();
    this.#port.close();
    this.#port.terminal.end(this.#outcome);
  }
}
