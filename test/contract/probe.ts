import assert from 'node:assert/strict';
import { PENDING, type EndReason, type RasTransaction } from 'rasshost/rasman';

/** Takes a transaction over from the dialog, and waits for what it reports. */
export class Probe {
  readonly ended: Promise<EndReason>;
  /** How often onEnd was called. */
  ends = 0;
  #events = 0;
  #wake: () => void = () => undefined;

  constructor(readonly transaction: RasTransaction) {
    transaction.onReceiveEvent = () => {
      this.#events++;
      this.#wake();
    };
    this.ended = new Promise((resolve) => {
      transaction.onEnd = (reason) => {
        this.ends++;
        resolve(reason);
      };
    });
  }

  /** The next receive event, be it that it has come already. */
  async receiveEvent(): Promise<void> {
    while (this.#events === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#events--;
  }

  /** One Send of a text or of bytes that fit the buffer. */
  sends(content: string | Uint8Array): void {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
    this.transaction.sendBuffer.set(bytes);
    assert.equal(this.transaction.send(bytes.length), PENDING, 'Send');
  }

  /** One Receive and its bytes; none when the time has passed. */
  async receives(length: number, timeoutSeconds = 60): Promise<Uint8Array> {
    assert.equal(this.transaction.receive(length, timeoutSeconds), PENDING, 'Receive');
    await this.receiveEvent();
    const { receiveBuffer, receivedLength } = this.transaction;
    return receiveBuffer.slice(0, receivedLength);
  }

  /** As many Receives of one byte as a text has, and the text. */
  async receivesText(length: number): Promise<string> {
    let text = '';
    while (text.length < length) text += Buffer.from(await this.receives(1)).toString('latin1');
    return text;
  }

  /**
   * The error of a Receive that has to fail. In the worker Receive returns PENDING before Rasman
   * was asked, and the error comes with the event.
   */
  async receiveError(): Promise<number> {
    const result = this.transaction.receive(1, 60);
    if (result !== PENDING) return result;
    await this.receiveEvent();
    assert.equal(this.transaction.receivedLength, 0);
    return this.transaction.getInfo().lastError;
  }
}
