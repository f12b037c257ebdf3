import type { SimulatedCaller, SimulatedOutcome } from './call';

interface Expectation {
  readonly text: string;
  resolve(): void;
  reject(reason: Error): void;
}

/** The server's end of a simulated line. */
export interface SimulatedLine {
  readonly awaited: boolean;
  readonly unread: number;
  onInput(bytes: Uint8Array): void;
  onHangUp(): void;
}

/** The caller's end of a simulated line: keeps what came in, and lets a script wait for it. */
export class SimulatedTerminal implements SimulatedCaller {
  readonly outcome: Promise<SimulatedOutcome>;
  onOutput: ((text: string) => void) | undefined;
  readonly #line: SimulatedLine;
  #settle!: (outcome: SimulatedOutcome) => void;
  #output = '';
  #seen = 0;
  #over = false;
  #expectations: Expectation[] = [];

  constructor(line: SimulatedLine) {
    this.#line = line;
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get output(): string {
    return this.#output;
  }

  get awaited(): boolean {
    return this.#line.awaited;
  }

  get unread(): number {
    return this.#line.unread;
  }

  types(keys: string | Uint8Array): void {
    this.#line.onInput(typeof keys === 'string' ? Buffer.from(keys, 'latin1') : keys);
  }

  sees(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#expectations.push({ text, resolve, reject });
      this.#check();
    });
  }

  hangsUp(): void {
    this.#line.onHangUp();
  }

  /** Shows bytes that were sent to the caller. */
  show(bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString('latin1');
    this.#output += text;
    this.#check();
    this.onOutput?.(text);
  }

  /** The call is over. */
  end(outcome: SimulatedOutcome): void {
    this.#over = true;
    this.#check();
    this.#settle(outcome);
  }

  #check(): void {
    for (let next = this.#expectations[0]; next; next = this.#expectations[0]) {
      const at = this.#output.indexOf(next.text, this.#seen);
      if (at >= 0) {
        this.#seen = at + next.text.length;
        next.resolve();
      } else if (this.#over) {
        const rest = JSON.stringify(this.#output.slice(this.#seen));
        next.reject(new Error(`call over; saw ${rest}, not ${JSON.stringify(next.text)}`));
      } else {
        return;
      }
      this.#expectations.shift();
    }
  }
}
