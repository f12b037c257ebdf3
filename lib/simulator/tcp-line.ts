import { once } from 'node:events';
import type { Socket } from 'node:net';
import { CallerLine } from './caller-line';

/** A line to a RAS server that takes calls at a TCP port, as the emulator and the simulator do. */
export class TcpLine extends CallerLine {
  readonly closed: Promise<unknown>;
  readonly #socket: Socket;

  /** @param socket - connected to the server, or about to be */
  constructor(socket: Socket) {
    super();
    this.#socket = socket.setEncoding('latin1').setNoDelay(true);
    socket.on('data', (text: string) => this.show(text));
    // A line that breaks is a line that is closed.
    socket.on('error', () => {});
    this.closed = once(socket, 'close');
  }

  type(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  hangUp(): void {
    this.#socket.end();
  }
}
