import {
  ERROR_ALREADY_DISCONNECTING,
  ERROR_ASYNC_REQUEST_PENDING,
  ERROR_BUFFER_INVALID,
  ERROR_BUFFER_TOO_SMALL,
  ERROR_DISCONNECTION,
  ERROR_HARDWARE_FAILURE,
  ERROR_INVALID_PORT_HANDLE,
  ERROR_NO_CONNECTION,
  ERROR_OUT_OF_BUFFERS,
  ERROR_PORT_DISCONNECTED,
  ERROR_PORT_NOT_CONNECTED,
  ERROR_PORT_NOT_OPEN,
  ERROR_REMOTE_DISCONNECTION,
  ERROR_USER_DISCONNECTION,
  PENDING,
  SUCCESS,
} from '../rasman/codes';
import type { Clock } from '../time/clock';
import { RasError, type RasmanFunction } from '../rasman/ras-error';
import type { RasTransaction } from '../rasman/transaction';
import { CallerHungUp } from './errors';
import { TypeAhead } from './type-ahead';

// Which of them a server uses for a lost line is not documented.
const LINE_LOST: ReadonlySet<number> = new Set([
  ERROR_PORT_NOT_CONNECTED,
  ERROR_ALREADY_DISCONNECTING,
  ERROR_PORT_NOT_OPEN,
  ERROR_PORT_DISCONNECTED,
  ERROR_DISCONNECTION,
  ERROR_REMOTE_DISCONNECTION,
  ERROR_HARDWARE_FAILURE,
  ERROR_USER_DISCONNECTION,
  ERROR_NO_CONNECTION,
]);

/** A call that was refused: in the worker its code arrives with the event (RasTransaction). */
const REFUSED: ReadonlySet<number> = new Set([
  ERROR_INVALID_PORT_HANDLE,
  ERROR_BUFFER_TOO_SMALL,
  ERROR_BUFFER_INVALID,
  ERROR_OUT_OF_BUFFERS,
  ERROR_ASYNC_REQUEST_PENDING,
]);

/** The shortest time-out that Receive knows. */
const PAIRING_SECONDS = 1;

/**
 * The bytes to and from the caller over one transaction.
 *
 * Send has no completion of its own: the send buffer may be used again only when a Receive that
 * came after the Send has been signalled (SD-16, SD-22). So each Send but the last is followed
 * here by a Receive, and what the caller types meanwhile is kept as type-ahead.
 *
 * Calls must not overlap; {@link Conversation} queues them.
 */
export class Line {
  /** Bytes that came before anybody asked for them. */
  readonly typeAhead = new TypeAhead();
  readonly #transaction: RasTransaction;
  readonly #clock: Clock;
  #unpaired = false;
  #waiter: { resolve(): void; reject(reason: Error): void } | undefined;
  #lost: Error | undefined;

  constructor(transaction: RasTransaction, clock: Clock) {
    this.#transaction = transaction;
    this.#clock = clock;
    transaction.onReceiveEvent = () => this.#waiter?.resolve();
  }

  /** Fails what is in progress and all that follows: the transaction is over. */
  close(reason: Error): void {
    this.#lost = reason;
    this.typeAhead.clear();
    this.#waiter?.reject(reason);
  }

  /**
   * Sends all of `bytes`, in pieces that fit the send buffer. When it resolves, the last piece
   * still awaits its Receive: the caller's answer, or {@link settle}.
   */
  async send(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) {
      await this.settle();
      const { sendBuffer } = this.#open();
      const piece = bytes.subarray(sent, sent + sendBuffer.length);
      sendBuffer.set(piece);
      check('RasSecurityDialogSend', this.#transaction.send(piece.length));
      this.#unpaired = true;
      sent += piece.length;
    }
  }

  /** Sees to it that the last Send has its Receive. */
  async settle(): Promise<void> {
    if (!this.#unpaired) return;
    this.typeAhead.push(await this.receive(1, PAIRING_SECONDS));
  }

  /**
   * One Receive of at most `length` bytes. None at all means that `timeoutSeconds` have passed:
   * an event without bytes is never an empty answer (SD-21).
   */
  async receive(length: number, timeoutSeconds: number): Promise<Uint8Array> {
    const until = this.#clock.now() + timeoutSeconds * 1000;
    this.#start(length, timeoutSeconds);
    for (;;) {
      await this.#receiveEvent();
      this.#unpaired = false;
      const { receiveBuffer, receivedLength } = this.#open();
      const bytes = receiveBuffer.slice(0, receivedLength);
      if (bytes.every((byte) => byte === 0)) {
        // No data, or nothing but NUL: either may be a spurious event (KB Q259433).
        const { lastError } = this.#transaction.getInfo();
        if (lastError === PENDING) continue;
        if (lastError === SUCCESS && bytes.length === 0) {
          const left = Math.ceil((until - this.#clock.now()) / 1000);
          if (timeoutSeconds > 0 && left <= 0) return bytes;
          this.#start(length, timeoutSeconds > 0 ? left : 0);
          continue;
        }
        // The code of a time-out is not documented, so it is told by exclusion.
        const timedOut = timeoutSeconds > 0 && !LINE_LOST.has(lastError) && !REFUSED.has(lastError);
        if (lastError !== SUCCESS && !timedOut) {
          throw failure('RasSecurityDialogReceive', lastError);
        }
      }
      receiveBuffer.fill(0, 0, receivedLength);
      return bytes;
    }
  }

  #start(length: number, timeoutSeconds: number): void {
    check('RasSecurityDialogReceive', this.#open().receive(length, timeoutSeconds));
  }

  /** Must be called in the same turn as Receive, or its event could be missed. */
  #receiveEvent(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  #open(): RasTransaction {
    if (this.#lost) throw this.#lost;
    return this.#transaction;
  }
}

function check(functionName: RasmanFunction, result: number): void {
  if (result !== PENDING) throw failure(functionName, result);
}

function failure(functionName: RasmanFunction, code: number): Error {
  const cause = new RasError(code, functionName);
  return LINE_LOST.has(code) ? new CallerHungUp('the line is lost', { cause }) : cause;
}
