import type { Clock } from '../time/clock';
import { RasshostError } from '../errors';
import {
  ERROR_ASYNC_REQUEST_PENDING,
  ERROR_BUFFER_TOO_SMALL,
  ERROR_INVALID_PORT_HANDLE,
  ERROR_PORT_DISCONNECTED,
  ERROR_REQUEST_TIMEOUT,
  PENDING,
  SUCCESS,
} from '../rasman/codes';
import { RasError, type RasmanFunction } from '../rasman/ras-error';
import type { RasSecurityInfo } from '../rasman/security-info';
import {
  checkSecurityMessage,
  SECURITYMSG_ERROR,
  VERDICT_NAMES,
  type SecurityMessage,
} from '../rasman/security-message';
import type {
  SimulatedCaller,
  SimulatedOutcome,
  SimulatedReceiveEnd,
  SimulatedTraceLine,
} from './call';
import type { SimulatedRasServerOptions } from './server-options';
import { SimulatedTerminal, type SimulatedLine } from './terminal';
import type { EndReason, RasTransaction } from '../rasman/transaction';

const ENDED: SimulatedOutcome = { outcome: 'ended', userName: '', domain: '', dwError: 0 };

/** The longest time that a clock knows. */
const MAX_TIMER_MS = 0x7fffffff;

/**
 * - `running`: handle and buffers are valid
 * - `completed`: Complete was called, End is to follow
 * - `held`: End was answered NO_ERROR, the last Complete is to follow
 * - `over`: nothing follows
 */
type Phase = 'running' | 'completed' | 'held' | 'over';

interface PendingReceive {
  readonly length: number;
  /** Undefined without a time-out. */
  readonly cancelTimeout: (() => void) | undefined;
}

/**
 * One simulated call, from RasSecurityDialogBegin on: what Rasman and the RAS server do about it,
 * and the answers that the security DLL gives to End.
 */
export class SimulatedTransaction implements RasTransaction, SimulatedLine {
  readonly id: bigint;
  readonly hPort: bigint;
  readonly sendBuffer: Uint8Array<ArrayBuffer>;
  readonly receiveBuffer: Uint8Array<ArrayBuffer>;
  readonly budgetSeconds: number;
  onReceiveEvent = (): void => undefined;
  onEnd: (reason: EndReason) => void = () => undefined;

  readonly #options: SimulatedRasServerOptions;
  readonly #clock: Clock;
  readonly #record: (line: Omit<SimulatedTraceLine, 'atSeconds' | 'port'>) => void;
  readonly #violate: (rule: string, detail: string) => void;
  readonly #terminal: SimulatedTerminal;
  readonly #cancelDeadline: () => void;
  readonly #callCounts = new Map<RasmanFunction, number>();
  #spuriousEvents: number;
  #phase: Phase = 'running';
  #held = false;
  #lineLost = false;
  // A Send after which no Receive has been signalled yet (SD-22).
  #unpaired = false;
  #undelivered: Uint8Array = new Uint8Array(0);
  #input: number[] = [];
  #pending: PendingReceive | undefined;
  #receivedLength = 0;
  #lastError = SUCCESS;
  #bytesReceived = 0;
  #outcome = ENDED;

  constructor(
    port: number,
    options: SimulatedRasServerOptions,
    clock: Clock,
    record: (line: Omit<SimulatedTraceLine, 'atSeconds' | 'port'>) => void,
    violate: (rule: string, detail: string) => void,
  ) {
    this.id = BigInt(port);
    this.hPort = BigInt(port);
    this.sendBuffer = new Uint8Array(options.sendBufferSize ?? 1500);
    this.receiveBuffer = new Uint8Array(options.receiveBufferSize ?? 1500);
    this.budgetSeconds = options.dialogSeconds ?? 120;
    this.#options = options;
    this.#clock = clock;
    this.#record = record;
    this.#violate = violate;
    this.#spuriousEvents = options.spuriousEvents ?? 0;
    this.#terminal = new SimulatedTerminal(this);
    this.#cancelDeadline = clock.after(this.budgetSeconds * 1000, () => this.#onDeadline());
  }

  get caller(): SimulatedCaller {
    return this.#terminal;
  }

  get receivedLength(): number {
    return this.#receivedLength;
  }

  get awaited(): boolean {
    return this.#pending !== undefined;
  }

  get unread(): number {
    return this.#input.length;
  }

  send(length: number): number {
    const result = this.#sendResult(length);
    this.#record({ call: 'RasSecurityDialogSend', length, result });
    if (result !== PENDING) return result;
    if (this.#unpaired) this.#violate('SD-22', 'Send before the Receive of the last one');
    this.#unpaired = true;
    this.#undelivered = this.sendBuffer.slice(0, length);
    if (!this.#options.lossySend) this.#deliver();
    return result;
  }

  receive(length: number, timeoutSeconds: number): number {
    const result = this.#receiveResult(length);
    const call = 'RasSecurityDialogReceive';
    this.#record({ call, length, timeoutSeconds, result });
    if (result !== PENDING) return result;
    this.#deliver();
    const ms = Math.min(timeoutSeconds * 1000, MAX_TIMER_MS);
    const timeOut = (): void =>
      this.#completeReceive('timed-out', this.#options.timeoutError ?? ERROR_REQUEST_TIMEOUT);
    this.#pending = {
      length,
      cancelTimeout: ms > 0 ? this.#clock.after(ms, timeOut) : undefined,
    };
    // The WORD is in and out: until the event it still says what was asked for.
    this.#receivedLength = length;
    this.#lastError = PENDING;
    if (this.#spuriousEvents > 0) {
      this.#spuriousEvents--;
      this.receiveBuffer[0] = 0;
      this.#completeReceive('spurious', SUCCESS);
    } else {
      this.#completeIfDue();
    }
    return result;
  }

  getInfo(): RasSecurityInfo {
    const call = 'RasSecurityDialogGetInfo';
    const result = this.#callError(call) ?? SUCCESS;
    this.#record({ call, result });
    if (result !== SUCCESS) throw new RasError(result, call);
    return {
      lastError: this.#lastError,
      bytesReceived: this.#bytesReceived,
      deviceName: this.#options.deviceName ?? 'Simulated modem',
    };
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
    this.#record({ call: 'RasSecurityDialogComplete' });
    this.#finish();
  }

  #sendResult(length: number): number {
    const error = this.#callError('RasSecurityDialogSend');
    if (error !== undefined) return error;
    if (length > this.sendBuffer.length) {
      this.#violate(
        'SD-16',
        `Send of ${length} bytes, but the buffer has ${this.sendBuffer.length}`,
      );
      return ERROR_BUFFER_TOO_SMALL;
    }
    return this.#ioResult();
  }

  #receiveResult(length: number): number {
    const error = this.#callError('RasSecurityDialogReceive');
    if (error !== undefined) return error;
    if (length > this.receiveBuffer.length) {
      const size = this.receiveBuffer.length;
      this.#violate('SD-17', `Receive of ${length} bytes, but the buffer has ${size}`);
      return ERROR_BUFFER_TOO_SMALL;
    }
    return this.#ioResult();
  }

  #ioResult(): number {
    if (this.#pending) return this.#options.busyError ?? ERROR_ASYNC_REQUEST_PENDING;
    return this.#lineLost ? this.#lineError : PENDING;
  }

  /** What makes any call fail: the end of the transaction, or a failure that was asked for. */
  #callError(call: RasmanFunction): number | undefined {
    if (this.#phase === 'completed' || this.#phase === 'over') {
      this.#violate('SD-23', `${call} after the end of the transaction`);
      return ERROR_INVALID_PORT_HANDLE;
    }
    const count = (this.#callCounts.get(call) ?? 0) + 1;
    this.#callCounts.set(call, count);
    const failures = this.#options.failures ?? [];
    return failures.find((failure) => failure.call === call && (failure.at ?? 1) === count)?.error;
  }

  get #lineError(): number {
    return this.#options.lineError ?? ERROR_PORT_DISCONNECTED;
  }

  #deliver(): void {
    this.#terminal.show(this.#undelivered);
    this.#undelivered = new Uint8Array(0);
  }

  onInput(bytes: Uint8Array): void {
    this.#input.push(...bytes);
    this.#completeIfDue();
  }

  #completeIfDue(): void {
    if (!this.#pending) return;
    const { length } = this.#pending;
    const least = this.#options.receive === 'available' ? 1 : length;
    if (this.#input.length < least) return;
    const bytes = this.#input.splice(0, length);
    this.receiveBuffer.set(bytes);
    this.#completeReceive('completed', SUCCESS, bytes.length);
  }

  /** The results are in place before the event is signalled (EM-14). */
  #completeReceive(how: SimulatedReceiveEnd, lastError: number, length = 0): void {
    this.#pending?.cancelTimeout?.();
    this.#pending = undefined;
    this.#lastError = lastError;
    this.#receivedLength = length;
    this.#bytesReceived = length;
    setImmediate(() => {
      this.#unpaired = false;
      if (this.#phase !== 'running') return;
      this.#options.onReceiveEnd?.(how, length, lastError);
      this.onReceiveEvent();
    });
  }

  onHangUp(): void {
    if (this.#lineLost) return;
    this.#lineLost = true;
    if (this.#pending && this.#options.hangUpEvent !== 'silent') {
      this.#completeReceive('disconnected', this.#lineError);
    }
    // After the event, as the server notices the hang-up and then cleans up.
    setImmediate(() => setImmediate(() => this.#end('disconnected')));
  }

  #onDeadline(): void {
    if (this.#phase !== 'running') return;
    const error = ERROR_REQUEST_TIMEOUT;
    this.#complete({ msgId: SECURITYMSG_ERROR, error, userName: '', domain: '' });
    this.#end('deadline');
  }

  #complete(message: SecurityMessage): void {
    this.#record({ call: 'RasSecurityDialogComplete', message });
    this.#phase = 'completed';
    const { msgId, userName, domain, error } = message;
    this.#outcome = { outcome: VERDICT_NAMES[msgId], userName, domain, dwError: error };
    this.#detach();
  }

  /** RasSecurityDialogEnd, with the answer that the security DLL gives. */
  #end(reason: EndReason): void {
    if (this.#phase === 'over' || this.#phase === 'held') return;
    const result = this.#held ? SUCCESS : ERROR_PORT_DISCONNECTED;
    this.#record({ call: 'RasSecurityDialogEnd', result });
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
    this.#detach();
    this.#terminal.end(this.#outcome);
  }

  /** Wipes the buffers and takes them away, as the native ones are (SD-23, SD-32). */
  #detach(): void {
    this.#pending?.cancelTimeout?.();
    this.#pending = undefined;
    for (const view of [this.sendBuffer, this.receiveBuffer]) {
      if (view.length === 0) continue;
      view.fill(0);
      structuredClone(view, { transfer: [view.buffer] });
    }
  }
}
