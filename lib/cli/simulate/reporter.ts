import type { SimulatorEvent } from '../../simulator/simulator-event';
import type { Banner } from '../voice/voice';

/** Tells people or programs what happens in the simulator. */
export interface Reporter {
  /** Something has happened in a call. */
  event(event: SimulatorEvent): void;
  /** A caller sees this. */
  shown(text: string): void;
  /** Calls are taken here. */
  listening(address: string, about: Banner): void;
  /** What the keys of the terminal do while nobody is on the line. */
  keys(hint: string): void;
  /** Nothing more follows. */
  close(): void;
}
