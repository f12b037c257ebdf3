import type { DialogEvent } from '../dialog/dialog-event';

const PADDING = 7;

/** What happened at a time of the call, for a message. Nothing secret is in it. */
export function historyLine(ms: number, what: string): string {
  return `${(ms / 1000).toFixed(1).padStart(PADDING)} s  ${what}`;
}

/** A {@link DialogEvent} in words. */
export function describeEvent(event: DialogEvent): string {
  switch (event.kind) {
    case 'shown':
      return `showed ${JSON.stringify(event.text)}`;
    case 'shown-secret':
      return 'showed something secret';
    case 'asked':
      return event.secret ? 'asked for a secret line' : 'asked for a line';
    case 'answered':
      return `was answered ${JSON.stringify(event.line)}`;
    case 'answered-secret':
      return 'was answered [secret]';
    case 'received':
      return `received ${event.bytes.length} bytes`;
    case 'unanswered':
      return `got no answer: ${event.why}`;
  }
}
