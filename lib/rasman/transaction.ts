import type { RasSecurityInfo } from './security-info';
import type { SecurityMessage } from './security-message';

/**
 * Why a transaction ended before, or besides, the policy's own verdict.
 *
 * - `disconnected`: the RAS server called RasSecurityDialogEnd (SD-25)
 * - `deadline`: the dialog's budget is used up; the security DLL has answered ERROR in our place
 * - `host`: the other end of the channel is gone or is shutting down
 * - `completed`: End came after Complete, and the termination was held (SD-24)
 *
 * @category Transactions
 */
export type EndReason = 'disconnected' | 'deadline' | 'host' | 'completed';

/**
 * One authentication transaction on one modem port, from RasSecurityDialogBegin on: the documented
 * calls of rasshost.h with their documented results and nothing on top. Three things implement it:
 * koffi over the genuine Rasman.dll, koffi over the exports of rasshost.node that forward to it,
 * and a simulated Rasman in TypeScript.
 *
 * When the transaction is over (after {@link complete}, or End), `send` and `receive` return an
 * error code, `getInfo` throws a {@link RasError}, `complete` and `hold` throw RASSHOST_E_OVER, and
 * no receive event comes any more. While a Receive is outstanding, another one and a Send return
 * an error code.
 *
 * All members are for the JavaScript thread that received the transaction.
 *
 * @category Transactions
 */
export interface RasTransaction {
  /** Never reused, unlike the port handle (SD-29). */
  readonly id: bigint;
  /** The port handle, as Begin gave it (in the worker: a stand-in that is never reused). */
  readonly hPort: bigint;
  /** SendBufSize bytes. Detached (length 0) when the transaction is over. */
  readonly sendBuffer: Uint8Array;
  /** RecvBufSize bytes. Detached (length 0) when the transaction is over. */
  readonly receiveBuffer: Uint8Array;
  /** How long the security DLL lets this dialog last, from its beginning; need not be whole. */
  readonly budgetSeconds: number;

  /**
   * RasSecurityDialogSend of the first `length` bytes of {@link sendBuffer}.
   * Returns PENDING (600) on success, else an error code (SD-14). In the worker an error of Rasman
   * comes later: PENDING first, then the code as LastError of the Receive that follows.
   */
  send(length: number): number;
  /**
   * RasSecurityDialogReceive into {@link receiveBuffer}: at most `length` bytes, given up after
   * `timeoutSeconds` (0 = no time-out of the server's). Returns PENDING (600) on success, and
   * {@link onReceiveEvent} follows; any other value is an error code and nothing follows (SD-14).
   * In the worker an error of Rasman comes as PENDING, and then as LastError at the event.
   */
  receive(length: number, timeoutSeconds: number): number;
  /** The WORD that Receive was given: bytes delivered, valid from the receive event on. */
  readonly receivedLength: number;
  /** RasSecurityDialogGetInfo. Throws {@link RasError} when it does not return NO_ERROR. */
  getInfo(): RasSecurityInfo;
  /**
   * RasSecurityDialogComplete, through the pointer that came with Begin. Wipes and detaches the
   * buffers first. Throws before calling anything when the message is not well formed.
   */
  complete(message: SecurityMessage): void;

  /**
   * Asks that End be answered NO_ERROR from now on, which delays the termination: the owner must
   * then call {@link release} after End, or the security DLL does so at the hold deadline.
   */
  hold(): void;
  /** Ends a hold. After End this is the second Complete of the documented contract. */
  release(): void;

  /** Called each time the receive event is signalled (completion, time-out or failure). */
  onReceiveEvent: () => void;
  /**
   * Called at most once. After {@link complete} it is called when the termination was held
   * (`completed`), or when the verdict did not count (any other reason): the security DLL had ended
   * the transaction before it arrived.
   */
  onEnd: (reason: EndReason) => void;
}
