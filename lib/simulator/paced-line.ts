import type { Clock } from '../time/clock';
import { CallerLine } from './caller-line';

/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;

/** Bytes are let through in groups, so that a fast line needs no timer for each byte. */
const GROUP_MS = 10;

/** A line that is as slow as a modem's, in both directions. */
export class PacedLine extends CallerLine {
  readonly closed: Promise<void>;
  readonly #line: CallerLine;
  readonly #typed: Pace;

  /** @param baud - bits a second, ten of which make a byte */
  constructor(line: CallerLine, baud: number, clock: Clock) {
    super();
    this.#line = line;
    this.#typed = new Pace(baud, clock, (text) => line.type(text));
    const shown = new Pace(baud, clock, (text) => this.show(text));
    line.listen((text) => shown.push(text));
    this.closed = line.closed.then(() => shown.drained());
  }

  type(text: string): void {
    this.#typed.push(text);
  }

  hangUp(): void {
    this.#line.hangUp();
  }
}

/** One direction of a slow line. */
class Pace {
  readonly #bytesPerMs: number;
  readonly #clock: Clock;
  readonly #pass: (text: string) => void;
  #waiting = '';
  #running = false;
  #onDrained: (() => void) | undefined;

  constructor(baud: number, clock: Clock, pass: (text: string) => void) {
    this.#bytesPerMs = baud / BITS_PER_BYTE / 1000;
    this.#clock = clock;
    this.#pass = pass;
  }

  push(text: string): void {
    this.#waiting += text;
    if (!this.#running) this.#next();
  }

  drained(): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onDrained = resolve;
    });
  }

  /** A byte is there when its last bit is: first the time passes, then the bytes. */
  #next(): void {
    this.#running = this.#waiting !== '';
    if (!this.#running) {
      this.#onDrained?.();
      return;
    }
    const most = Math.max(1, Math.floor(this.#bytesPerMs * GROUP_MS));
    const group = this.#waiting.slice(0, most);
    this.#waiting = this.#waiting.slice(group.length);
    this.#clock.after(group.length / this.#bytesPerMs, () => {
      this.#pass(group);
      this.#next();
    });
  }
}
