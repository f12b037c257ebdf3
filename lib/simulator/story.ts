import type { Unanswered } from '../dialog/dialog-event';
import type { SimulatorEvent } from './simulator-event';

const WHY: Readonly<Record<Unanswered, string>> = {
  timeout: 'the caller did not answer in time',
  cancelled: 'the caller pressed Ctrl-C',
  ppp: "the caller's machine began PPP",
  'too-many-tries': 'the caller used up the tries',
  abandoned: 'something else was first, and the policy went on without an answer',
  'hung-up': 'the caller hung up',
  failed: 'the line failed',
};

const VERDICTS = [undefined, 'SUCCESS', 'FAILURE', 'ERROR'];

/** A call in words, a line a step, with the seconds since it began. */
export function story(events: readonly SimulatorEvent[]): string[] {
  const begun = events[0]?.t ?? 0;
  return events.flatMap((event) => {
    const words = step(event);
    const seconds = ((event.t - begun) / 1_000_000).toFixed(3);
    return words === undefined ? [] : [`${seconds.padStart(9)} s  ${words}`];
  });
}

function step(event: SimulatorEvent): string | undefined {
  if ('dialog' in event) return dialogStep(event);
  if ('violation' in event) return `a rule was broken: ${event.violation} ${event.detail}`;
  if ('threw' in event) return `the policy threw ${event.threw.split('\n')[0]}`;
  if ('call' in event) {
    if (event.call.endsWith('Begin')) return 'the RAS server took the call and began the dialog';
    if (event.call.endsWith('Complete')) {
      const verdict = VERDICTS[event.dwMsgId ?? 0];
      return verdict && `the RAS server was told ${verdict}`;
    }
    if (event.call.endsWith('End')) return 'the RAS server ended the dialog';
  }
  return undefined;
}

function dialogStep(event: Extract<SimulatorEvent, { dialog: string }>): string {
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
      return `the policy received bytes: ${event.bytes}`;
    case 'unanswered':
      return WHY[event.why];
  }
}
