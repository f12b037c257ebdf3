import { RasshostError } from '../errors';
import {
  ERROR_ASYNC_REQUEST_PENDING,
  ERROR_BUFFER_TOO_SMALL,
  ERROR_PORT_DISCONNECTED,
  PENDING,
  SUCCESS,
} from './codes';
import type { KoffiRasman } from './koffi-rasman';
import type { NativeAddon, PortDescription } from './native-addon';
import { RasError } from './ras-error';
import { LOOK_AGAIN_MS, receiveOutcome } from './receive-outcome';
import type { RasSecurityInfo } from './security-info';
import { checkSecurityMessage, type SecurityMessage } from './security-message';
import type { EndReason, RasTransaction } from './transaction';

/** Lengths are WORDs: what does not fit one would reach Rasman as another length (SD-16, SD-17). */
const MAX_WORD = 0xffff;

/** A transaction of the RAS server, by way of koffi. */
export class NativeTransaction implements RasTransaction {
  readonly id: bigint;
  readonly hPort: bigint;
  readonly sendBuffer: Uint8Array;
  readonly receiveBuffer: Uint8Array;
  readonly budgetSeconds: number;
  onReceiveEvent: () => void = () => {};
  onEnd: (reason: EndReason) => void = () => {};

  readonly #addon: NativeAddon;
  readonly #rasman: KoffiRasman;
  readonly #event: bigint;
  readonly #complete: bigint;
  readonly #length: Uint16Array;
  readonly #forget: (id: bigint) => void;
  #receivedLength = 0;
  #wanted = 0;
  /** How often GetInfo was asked about the running Receive in vain. */
  #looks = 0;
  #lookAgain: NodeJS.Timeout | undefined;
  #receiving = false;
  #over = false;
  #held = false;

  /** @param forget - told when nothing more should come for this transaction */
  constructor(
    addon: NativeAddon,
    rasman: KoffiRasman,
    port: PortDescription,
    forget: (id: bigint) => void,
  ) {
    this.#addon = addon;
    this.#rasman = rasman;
    this.id = port.id;
    this.hPort = port.hPort;
    this.sendBuffer = new Uint8Array(port.sendBuffer);
    this.receiveBuffer = new Uint8Array(port.receiveBuffer);
    this.budgetSeconds = port.budgetMs / 1000;
    this.#event = port.event;
    this.#complete = port.complete;
    this.#length = new Uint16Array(port.length);
    this.#forget = forget;
  }

  get receivedLength(): number {
    return this.#receivedLength;
  }

  send(length: number): number {
    // The handle may be another caller's by now (SD-26).
    if (this.#over) return ERROR_PORT_DISCONNECTED;
    if (length > Math.min(this.sendBuffer.length, MAX_WORD)) return ERROR_BUFFER_TOO_SMALL;
    return this.#rasman.send(this.hPort, this.sendBuffer, length);
  }

  receive(length: number, timeoutSeconds: number): number {
    if (this.#over) return ERROR_PORT_DISCONNECTED;
    if (length > Math.min(this.receiveBuffer.length, MAX_WORD)) return ERROR_BUFFER_TOO_SMALL;
    // Buffer, word and event are Rasman's until the first one has ended.
    if (this.#receiving) return ERROR_ASYNC_REQUEST_PENDING;
    this.#length[0] = length;
    this.#wanted = length;
    this.#looks = 0;
    const result = this.#rasman.receive(
      this.hPort,
      this.receiveBuffer,
      this.#length,
      timeoutSeconds,
      this.#event,
    );
    if (result === PENDING) this.#receiving = true;
    return result;
  }

  getInfo(): RasSecurityInfo {
    if (this.#over) throw new RasError(ERROR_PORT_DISCONNECTED, 'RasSecurityDialogGetInfo');
    const { result, info } = this.#rasman.getInfo(this.hPort);
    if (result !== SUCCESS) throw new RasError(result, 'RasSecurityDialogGetInfo');
    return info;
  }

  complete(message: SecurityMessage): void {
    checkSecurityMessage(message);
    if (this.#over) throw new RasshostError('RASSHOST_E_OVER', 'the transaction is over');
    this.#letGo();
    this.#rasman.complete(this.#complete, this.hPort, message);
    // A held one hears of End.
    if (!this.#held) this.#forget(this.id);
  }

  hold(): void {
    if (this.#over) throw new RasshostError('RASSHOST_E_OVER', 'the transaction is over');
    this.#held = true;
    this.#addon.hold(this.id);
  }

  release(): void {
    this.#held = false;
    this.#addon.release(this.id);
  }

  /** The receive event was signalled. For the owner of the channel. */
  received(): void {
    clearTimeout(this.#lookAgain);
    if (this.#over || !this.#receiving) return;
    const { result, info } = this.#rasman.getInfo(this.hPort);
    const outcome = receiveOutcome(info, this.#length[0] ?? 0, this.#wanted);
    if (result === SUCCESS && !outcome.settled) {
      const looks = this.#looks++;
      const wait =
        LOOK_AGAIN_MS[looks] ?? (outcome.error === PENDING ? LOOK_AGAIN_MS.at(-1) : undefined);
      if (wait !== undefined) {
        this.#lookAgain = setTimeout(() => this.received(), wait);
        return;
      }
    }
    this.#receiving = false;
    this.#receivedLength = result === SUCCESS ? outcome.count : 0;
    this.onReceiveEvent();
  }

  /** The security DLL has ended the transaction. For the owner of the channel. */
  ended(reason: EndReason): void {
    const wasJudged = this.#over;
    this.#letGo();
    this.onEnd(reason);
    if (!this.#held && !wasJudged) this.release();
  }

  #letGo(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#lookAgain);
    this.#addon.detach(this.id, this.#receiving);
  }
}
