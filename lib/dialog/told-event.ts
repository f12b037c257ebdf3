import type { DialogEvent, Unanswered } from './dialog-event';

/** A {@link DialogEvent} without its bytes: most of them are secrets. */
export type ToldEvent =
  | { readonly dialog: 'shown'; readonly text: string }
  | { readonly dialog: 'shown-secret' }
  | { readonly dialog: 'asked'; readonly secret: boolean }
  | { readonly dialog: 'answered'; readonly line: string }
  | { readonly dialog: 'answered-secret'; readonly as: 'secret' | 'pin' }
  | { readonly dialog: 'received'; readonly bytes: number }
  | { readonly dialog: 'unanswered'; readonly why: Unanswered };

/** What may be told of an event to anybody, and kept. */
export function toldEvent(event: DialogEvent): ToldEvent {
  switch (event.kind) {
    case 'shown':
      return { dialog: event.kind, text: event.text };
    case 'shown-secret':
      return { dialog: event.kind };
    case 'asked':
      return { dialog: event.kind, secret: event.secret };
    case 'answered':
      return { dialog: event.kind, line: event.line };
    case 'answered-secret':
      return { dialog: event.kind, as: event.as };
    case 'received':
      return { dialog: event.kind, bytes: event.bytes.length };
    case 'unanswered':
      return { dialog: event.kind, why: event.why };
  }
}

/** Why a question got no answer, in words. */
export const WHY_UNANSWERED: Readonly<Record<Unanswered, string>> = {
  timeout: 'the caller did not answer in time',
  cancelled: 'the caller pressed Ctrl-C',
  ppp: "the caller's machine began PPP",
  'too-many-tries': 'the caller used up the tries',
  abandoned: 'the policy went on without an answer',
  'hung-up': 'the caller hung up',
  failed: 'the line failed',
};

/** An event in words. */
export function eventInWords(event: ToldEvent): string {
  switch (event.dialog) {
    case 'shown':
      return `the policy showed ${JSON.stringify(event.text)}`;
    case 'shown-secret':
      return 'the policy showed something secret';
    case 'asked':
      return `the policy asked for a ${event.secret ? 'secret' : 'line'}`;
    case 'answered':
      return `the caller answered ${JSON.stringify(event.line)}`;
    case 'answered-secret':
      return `the caller answered with a ${event.as === 'pin' ? 'PIN' : 'secret'}`;
    case 'received':
      return `the policy received ${event.bytes} ${event.bytes === 1 ? 'byte' : 'bytes'}`;
    case 'unanswered':
      return WHY_UNANSWERED[event.why];
  }
}
