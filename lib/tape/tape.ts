import type { Unanswered } from '../dialog/dialog-event';
import type { HiddenText, Placeholder } from '../dialog/hide-traces';

/** The version of the format (docs/tapes.md) that this copy of rasshost writes and reads. */
export const TAPE_VERSION = 1;

/** A text; in parts when something in it is secret. */
export type TapeText = HiddenText;

/** The first line of a tape: which call it was. */
export interface TapeHeader {
  /** Version of the rasshost that recorded it. */
  readonly rasshost: string;
  /** When the dialog began, in UTC. */
  readonly started: string;
  /** Friendly name of the modem. */
  readonly device: string;
  /** Bytes. */
  readonly sendBuffer: number;
  /** Bytes. */
  readonly receiveBuffer: number;
  /** What the security DLL allowed the dialog, in milliseconds. */
  readonly budgetMs: number;
}

/** How a recorded dialog ended. */
export type TapeOutcome =
  | {
      readonly event: 'outcome';
      readonly outcome: 'success' | 'failure';
      readonly userName: TapeText;
      readonly domain: TapeText;
    }
  | { readonly event: 'outcome'; readonly outcome: 'error'; readonly dwError: number }
  | {
      readonly event: 'outcome';
      readonly outcome: 'ended';
      readonly why: 'hung-up' | 'deadline';
    };

/** What happened; see {@link DialogEvent}, and docs/tapes.md. */
export type TapeMoment =
  | { readonly event: 'shown'; readonly text: TapeText }
  | ({ readonly event: 'shown-secret' } & Placeholder)
  | { readonly event: 'asked'; readonly secret: boolean }
  | { readonly event: 'answered'; readonly text: TapeText }
  | ({ readonly event: 'answered-secret' } & Placeholder)
  | ({ readonly event: 'received' } & Placeholder)
  | { readonly event: 'unanswered'; readonly why: Unanswered }
  | { readonly event: 'cut' }
  | TapeOutcome;

/** What happened when: `t` is in whole milliseconds since the dialog began. */
export type TapeEvent = { readonly t: number } & TapeMoment;

/** A recorded dialog. The last of its events is the outcome. */
export interface Tape {
  readonly header: TapeHeader;
  readonly events: readonly TapeEvent[];
}

/** The tape as JSON Lines, the header first. */
export function formatTape({ header, events }: Tape): string {
  const lines = [{ tape: TAPE_VERSION, ...header }, ...events];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
