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
import { MAX_TIMER_MS, type Clock } from '../time/clock';
import type { SimulatedReceiveEnd, SimulatedTraceLine } from './call';
import type { SimulatedRasServerOptions } from './server-options';
import { SimulatedTerminal, type SimulatedLine } from './terminal';

/** Where it is written what happens in a call. */
export interface Journal {
  record(line: Omit<SimulatedTraceLine, 'atSeconds' | 'port'>): void;
  /** A statement of the contract was broken. */
  violate(rule: string, detail: string): unknown;
}

interface PendingReceive {
  readonly length: number;
  /** Undefined without a time-out. */
  readonly cancelTimeout: (() => void) | undefined;
}

/** One port with a caller on its line: what Rasman does about Send, Receive and GetInfo. */
export class SimulatedPort implements SimulatedLine {
  readonly sendBuffer: Uint8Array<ArrayBuffer>;
  readonly receiveBuffer: Uint8Array<ArrayBuffer>;
  /** The caller's end of the line. */
  readonly terminal = new SimulatedTerminal(this);
  /** Called when the event of a Receive is signalled. */
  onReceiveEvent: () => void = () => undefined;
  /** Called when the server has noticed that the caller has hung up. */
  onDisconnect: () => void = () => undefined;

  readonly #options: SimulatedRasServerOptions;
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #callCounts = new Map<RasmanFunction, number>();
  #spuriousEvents: number;
  #isSilent = false;
  #isClosed = false;
  #lineLost = false;
  // A Send after which no Receive has been signalled yet (SD-22).
  #unpaired = false;
  #undelivered: Uint8Array = new Uint8Array(0);
  #input: number[] = [];
  #pending: PendingReceive | undefined;
  #receivedLength = 0;
  #lastError = SUCCESS;
  #bytesReceived = 0;

  constructor(options: SimulatedRasServerOptions, clock: Clock, journal: Journal) {
    this.sendBuffer = new Uint8Array(options.sendBufferSize ?? 1500);
    this.receiveBuffer = new Uint8Array(options.receiveBufferSize ?? 1500);
    this.#options = options;
    this.#clock = clock;
    this.#journal = journal;
    this.#spuriousEvents = options.spuriousEvents ?? 0;
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
    this.#journal.record({ call: 'RasSecurityDialogSend', length, result });
    if (result !== PENDING) return result;
    if (this.#unpaired) this.#journal.violate('SD-22', 'Send before the Receive of the last one');
    this.#unpaired = true;
    this.#undelivered = this.sendBuffer.slice(0, length);
    if (!this.#options.lossySend) this.#deliver();
    return result;
  }

  receive(length: number, timeoutSeconds: number): number {
    const result = this.#receiveResult(length);
    this.#journal.record({ call: 'RasSecurityDialogReceive', length, timeoutSeconds, result });
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
    this.#journal.record({ call, result });
    if (result !== SUCCESS) throw new RasError(result, call);
    return {
      lastError: this.#lastError,
      bytesReceived: this.#bytesReceived,
      deviceName: this.#options.deviceName ?? 'Simulated modem',
    };
  }

  onInput(bytes: Uint8Array): void {
    this.#input.push(...bytes);
    this.#completeIfDue();
  }

  onHangUp(): void {
    if (this.#lineLost) return;
    this.#lineLost = true;
    if (this.#pending && this.#options.hangUpEvent !== 'silent') {
      this.#completeReceive('disconnected', this.#lineError);
    }
    // After the event, as the server notices the hang-up and then cleans up.
    setImmediate(() => setImmediate(() => this.onDisconnect()));
  }

  /** From now on no event is signalled: the server has ended the dialog. */
  silence(): void {
    this.#isSilent = true;
  }

  /** Wipes the buffers and takes them away, as the native ones are (SD-23, SD-32). */
  close(): void {
    this.#isClosed = true;
    this.#isSilent = true;
    this.#pending?.cancelTimeout?.();
    this.#pending = undefined;
    for (const view of [this.sendBuffer, this.receiveBuffer]) {
      if (view.length === 0) continue;
      view.fill(0);
      structuredClone(view, { transfer: [view.buffer] });
    }
  }

  #sendResult(length: number): number {
    const error = this.#callError('RasSecurityDialogSend');
    if (error !== undefined) return error;
    const size = this.sendBuffer.length;
    if (length <= size) return this.#ioResult();
    this.#journal.violate('SD-16', `Send of ${length} bytes, but the buffer has ${size}`);
    return ERROR_BUFFER_TOO_SMALL;
  }

  #receiveResult(length: number): number {
    const error = this.#callError('RasSecurityDialogReceive');
    if (error !== undefined) return error;
    const size = this.receiveBuffer.length;
    if (length <= size) return this.#ioResult();
    this.#journal.violate('SD-17', `Receive of ${length} bytes, but the buffer has ${size}`);
    return ERROR_BUFFER_TOO_SMALL;
  }

  #ioResult(): number {
    if (this.#pending) return this.#options.busyError ?? ERROR_ASYNC_REQUEST_PENDING;
    return this.#lineLost ? this.#lineError : PENDING;
  }

  /** What makes any call fail: the end of the transaction, or a failure that was asked for. */
  #callError(call: RasmanFunction): number | undefined {
    if (this.#isClosed) {
      this.#journal.violate('SD-23', `${call} after the end of the transaction`);
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
    this.terminal.show(this.#undelivered);
    this.#undelivered = new Uint8Array(0);
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
      if (this.#isSilent) return;
      this.#options.onReceiveEnd?.(how, length, lastError);
      this.onReceiveEvent();
    });
  }
}
