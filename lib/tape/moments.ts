import type { Unanswered } from '../dialog/dialog-event';

/** An event of a dialog with everything in it readable, so that two can be compared. */
export type PlainEvent =
  | { readonly event: 'shown'; readonly text: string }
  | { readonly event: 'shown-secret' }
  | { readonly event: 'asked'; readonly secret: boolean }
  | { readonly event: 'answered'; readonly text: string; readonly secret: boolean }
  | { readonly event: 'answered-secret'; readonly text: string }
  | { readonly event: 'received'; readonly text: string }
  | { readonly event: 'unanswered'; readonly why: Unanswered }
  | {
      readonly event: 'outcome';
      readonly text: string;
      /** For the reader: what can't be compared. */
      readonly detail?: string;
    };

/** What a moment is, in the words of the report. */
export type MomentKind =
  | 'text'
  | 'secret text'
  | 'question'
  | 'answer'
  | 'secret answer'
  | 'bytes'
  | 'no answer'
  | 'verdict';

/** One thing in which two dialogs may differ. */
export interface Moment {
  readonly kind: MomentKind;
  readonly value: string;
  /** Whether the value is secret: nobody may read it, or a part of it. */
  readonly secret?: boolean;
  /** See {@link PlainEvent}; two moments are the same without regard to it. */
  readonly detail?: string;
  /** The number of the event that it comes from. */
  readonly at: number;
}

/** What stands for the verdict when the caller has gone: then nobody is told a verdict. */
export const HUNG_UP = 'none: the caller hung up';

/**
 * The events as callers and RAS servers see them. They can't tell in how many pieces a text or bytes
 * came, nor what a policy still does after the caller has hung up. Each line of a text is a moment.
 */
export function momentsOf(events: readonly PlainEvent[]): Moment[] {
  const moments: Moment[] = [];
  for (const [at, event] of events.entries()) {
    const last = moments.at(-1);
    switch (event.event) {
      case 'shown':
        addText(moments, event.text, at);
        break;
      case 'received':
        if (last?.kind === 'bytes') {
          moments.pop();
          moments.push({ ...last, value: last.value + event.text });
        } else {
          moments.push({ kind: 'bytes', value: event.text, secret: true, at });
        }
        break;
      case 'shown-secret':
        moments.push({ kind: 'secret text', value: 'a secret', at });
        break;
      case 'asked':
        moments.push({ kind: 'question', value: event.secret ? 'for a secret' : 'for a line', at });
        break;
      case 'answered':
        moments.push({ kind: 'answer', value: event.text, secret: event.secret, at });
        break;
      case 'answered-secret':
        moments.push({ kind: 'secret answer', value: event.text, secret: true, at });
        break;
      case 'unanswered':
        if (event.why === 'hung-up') return [...moments, { kind: 'verdict', value: HUNG_UP, at }];
        moments.push({ kind: 'no answer', value: event.why, at });
        break;
      case 'outcome': {
        const { text, detail } = event;
        moments.push({ kind: 'verdict', value: text, ...(detail && { detail }), at });
      }
    }
  }
  return moments;
}

function addText(moments: Moment[], text: string, at: number): void {
  const last = moments.at(-1);
  let begun = '';
  let begunAt = at;
  if (last?.kind === 'text' && !last.value.endsWith('\n')) {
    moments.pop();
    begun = last.value;
    begunAt = last.at;
  }
  for (const [index, line] of (begun + text).split(/(?<=\n)/).entries()) {
    if (line !== '') moments.push({ kind: 'text', value: line, at: index === 0 ? begunAt : at });
  }
}
