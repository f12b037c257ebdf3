import type { CodePage } from '../dialog/code-page';
import type { DialogEvent } from '../dialog/dialog-event';
import { rasErrorName } from '../rasman/codes';
import type { DialogReport } from '../policy/dialog-report';
import { HUNG_UP, type PlainEvent } from './sights';
import type { TapeEvent, TapeOutcome, TapeText } from '../tape/tape';

const DEADLINE = 'none: the time was used up';

/** An event of a tape, its placeholders filled in. */
export function plainTapeEvent(event: TapeEvent, fillIn: (text: TapeText) => string): PlainEvent {
  switch (event.event) {
    case 'shown':
      return { event: 'shown', text: fillIn(event.text) };
    case 'answered': {
      const secret = typeof event.text !== 'string';
      return { event: 'answered', text: fillIn(event.text), secret };
    }
    case 'answered-secret':
    case 'received':
      return { event: event.event, text: fillIn([event]) };
    case 'outcome':
      return { event: 'outcome', text: outcomeText(event, fillIn) };
    case 'cut':
      throw new RangeError('a tape that was cut is not played');
    default:
      return event;
  }
}

/** An event of a dialog; `secret` when the caller has typed something secret. */
export function plainDialogEvent(
  event: DialogEvent,
  codePage: CodePage,
  secret: boolean,
): PlainEvent {
  switch (event.kind) {
    case 'shown':
      return { event: 'shown', text: event.text };
    case 'shown-secret':
      return { event: 'shown-secret' };
    case 'asked':
      return { event: 'asked', secret: event.secret };
    case 'answered':
      return { event: 'answered', text: event.line, secret };
    case 'answered-secret':
      return { event: 'answered-secret', text: codePage.decode(event.bytes) };
    case 'received':
      return { event: 'received', text: Buffer.from(event.bytes).toString('latin1') };
    case 'unanswered':
      return { event: 'unanswered', why: event.why };
  }
}

/** How a dialog ended, with what was thrown for the reader. */
export function plainReport(report: DialogReport, hungUp: boolean): PlainEvent {
  const { outcome, message, cause } = report;
  if (outcome === 'ended' || !message) {
    return { event: 'outcome', text: hungUp ? HUNG_UP : DEADLINE };
  }
  const { userName, domain, error } = message;
  const text = outcome === 'error' ? errorText(error) : verdictText(outcome, userName, domain);
  if (!(cause instanceof Error)) return { event: 'outcome', text };
  return { event: 'outcome', text, detail: `${cause.name}: ${cause.message}` };
}

function outcomeText(taped: TapeOutcome, fillIn: (text: TapeText) => string): string {
  switch (taped.outcome) {
    case 'success':
    case 'failure':
      return verdictText(taped.outcome, fillIn(taped.userName), fillIn(taped.domain));
    case 'error':
      return errorText(taped.dwError);
    case 'ended':
      return taped.why === 'hung-up' ? HUNG_UP : DEADLINE;
  }
}

function verdictText(outcome: string, userName: string, domain: string): string {
  return `${outcome} ${domain}\\${userName}`;
}

function errorText(dwError: number): string {
  return `error ${dwError} ${rasErrorName(dwError)}`;
}
