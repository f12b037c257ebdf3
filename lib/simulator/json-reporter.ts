import type { Reporter } from './reporter';
import type { SimulatorEvent } from './simulator-event';

/** Writes events and outcomes as JSON Lines, and nothing else. */
export class JsonReporter implements Reporter {
  readonly #write: (line: string) => void;
  readonly #writeNote: (line: string) => void;

  constructor(out: NodeJS.WritableStream, notes: NodeJS.WritableStream) {
    this.#write = (line) => out.write(`${line}\n`);
    this.#writeNote = (line) => notes.write(`${line}\n`);
  }

  event(event: SimulatorEvent): void {
    this.#write(JSON.stringify(event));
  }

  /** What was shown is among the events. */
  shown(): void {}

  note(text: string): void {
    this.#writeNote(text);
  }

  listening(address: string): void {
    this.#write(JSON.stringify({ listening: address }));
  }

  close(): void {}
}
