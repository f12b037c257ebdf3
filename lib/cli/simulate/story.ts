import { eventInWords } from '../../dialog/told-event';
import { VERDICT_NAMES } from '../../rasman/security-message';
import type { SimulatorEvent } from '../../simulator/simulator-event';

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
  if ('dialog' in event) return eventInWords(event);
  if ('violation' in event) return `a rule was broken: ${event.violation} ${event.detail}`;
  if ('threw' in event) return `the policy threw ${event.threw.split('\n')[0]}`;
  if ('call' in event) {
    if (event.call.endsWith('Begin')) return 'the RAS server took the call and began the dialog';
    if (event.call.endsWith('Complete')) {
      const names: Readonly<Record<number, string | undefined>> = VERDICT_NAMES;
      const verdict = names[event.dwMsgId ?? 0];
      return verdict && `the RAS server was told ${verdict.toUpperCase()}`;
    }
    if (event.call.endsWith('End')) return 'the RAS server ended the dialog';
  }
  return undefined;
}
