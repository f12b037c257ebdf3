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

/** What a sight is, in the words of the report. */
export type SightKind =
  | 'text'
  | 'secret text'
  | 'question'
  | 'answer'
  | 'secret answer'
  | 'bytes'
  | 'no answer'
  | 'verdict';

/** One thing that callers or RAS servers see, in which two dialogs may differ. */
export interface Sight {
  readonly kind: SightKind;
  readonly value: string;
  /** Whether the value is secret: nobody may read it, or a part of it. */
  readonly secret?: boolean;
  /** See {@link PlainEvent}; two are the same without regard to it. */
  readonly detail?: string;
  /** The number of the event that it comes from. */
  readonly at: number;
}

/** What stands for the verdict when the caller has gone: then nobody is told a verdict. */
export const HUNG_UP = 'none: the caller hung up';

/**
 * The events as callers and RAS servers see them. They can't tell in how many pieces a text or bytes
 * came, nor what a policy still does after the caller has hung up. Each line of a text is a sight.
 */
export function sightsOf(events: readonly PlainEvent[]): Sight[] {
  const sights: Sight[] = [];
  for (const [at, event] of events.entries()) {
    const last = sights.at(-1);
    switch (event.event) {
      case 'shown':
        addText(sights, event.text, at);
        break;
      case 'received':
        if (last?.kind === 'bytes') {
          sights.pop();
          sights.push({ ...last, value: last.value + event.text });
        } else {
          sights.push({ kind: 'bytes', value: event.text, secret: true, at });
        }
        break;
      case 'shown-secret':
        sights.push({ kind: 'secret text', value: 'a secret', at });
        break;
      case 'asked':
        sights.push({ kind: 'question', value: event.secret ? 'for a secret' : 'for a line', at });
        break;
      case 'answered':
        sights.push({ kind: 'answer', value: event.text, secret: event.secret, at });
        break;
      case 'answered-secret':
        sights.push({ kind: 'secret answer', value: event.text, secret: true, at });
        break;
      case 'unanswered':
        if (event.why === 'hung-up') return [...sights, { kind: 'verdict', value: HUNG_UP, at }];
        sights.push({ kind: 'no answer', value: event.why, at });
        break;
      case 'outcome': {
        const { text, detail } = event;
        sights.push({ kind: 'verdict', value: text, ...(detail && { detail }), at });
      }
    }
  }
  return sights;
}

function addText(sights: Sight[], text: string, at: number): void {
  const last = sights.at(-1);
  let begun = '';
  let begunAt = at;
  if (last?.kind === 'text' && !last.value.endsWith('\n')) {
    sights.pop();
    begun = last.value;
    begunAt = last.at;
  }
  for (const [index, line] of (begun + text).split(/(?<=\n)/).entries()) {
    if (line !== '') sights.push({ kind: 'text', value: line, at: index === 0 ? begunAt : at });
  }
}
