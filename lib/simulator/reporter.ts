import type { SimulatorEvent } from './simulator-event';

/** Tells people or programs what happens in the simulator. */
export interface Reporter {
  /** Something has happened in a call. */
  event(event: SimulatorEvent): void;
  /** A caller sees this. */
  shown(port: number, text: string): void;
  /** Something about the simulator itself. */
  note(text: string): void;
  /** Calls are taken here. */
  listening(address: string): void;
  /** Nothing more follows. */
  close(): void;
}
