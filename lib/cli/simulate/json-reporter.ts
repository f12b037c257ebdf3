import type { SimulatorEvent } from '../../simulator/simulator-event';
import type { Reporter } from './reporter';

/** Writes events and outcomes as JSON Lines, and nothing else. */
export class JsonReporter implements Reporter {
  readonly #write: (line: object) => void;

  constructor(out: NodeJS.WritableStream) {
    this.#write = (line) => out.write(`${JSON.stringify(line)}\n`);
  }

  event(event: SimulatorEvent): void {
    this.#write(event);
  }

  /** What was shown is among the events. */
  shown(): void {}

  listening(address: string): void {
    this.#write({ listening: address });
  }

  keys(): void {}

  close(): void {}
}
