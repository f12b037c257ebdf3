import { RasshostError } from '../errors';

/** A day of the week. */
export type Weekday = 'Mon' | 'Tue' | 'Wed' | 'Thu' | 'Fri' | 'Sat' | 'Sun';

const WEEKDAYS: readonly Weekday[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Hours of the week, by the clock on the wall of a time zone. */
export interface Hours {
  /** The days on which they begin; at least one. */
  readonly days: readonly Weekday[];
  /** The first minute, `00:00` to `23:59`. */
  readonly from: string;
  /**
   * The minute after the last, `00:00` to `24:00`; not the same as `from`. When it is earlier than
   * `from`, the hours go on after midnight.
   */
  readonly to: string;
  /** An IANA name such as `Europe/Zurich`, with its summer time; or `UTC`. */
  readonly timeZone: string;
}

/**
 * Tells whether a moment is within hours. In the hour that summer time leaves out there is no
 * moment; of the hour that its end repeats, both are within.
 * @throws {@link RasshostError} RASSHOST_E_OPTION when made for hours that can't be
 * @internal
 */
export function withinHours({ days, from, to, timeZone }: Hours): (moment: Date) => boolean {
  const wanted = new Set<string>(days);
  const unknown = [...wanted].find((day) => !WEEKDAYS.some((known) => known === day));
  if (wanted.size === 0 || unknown !== undefined) {
    throw invalid('days', days, `some of ${WEEKDAYS.join(', ')}`);
  }
  const first = minuteOfDay('from', from, /^([01]\d|2[0-3]):([0-5]\d)$/);
  const end = minuteOfDay('to', to, /^(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$/);
  if (first === end) throw invalid('to', to, `another time than from, which is ${from}`);
  const wallTime = wallClock(timeZone);

  return (moment) => {
    const { day, minute } = wallTime(moment);
    const begins = wanted.has(WEEKDAYS[day] ?? '');
    if (first < end) return begins && first <= minute && minute < end;
    const beganYesterday = wanted.has(WEEKDAYS[(day + 6) % 7] ?? '');
    return (begins && first <= minute) || (beganYesterday && minute < end);
  };
}

function minuteOfDay(name: string, time: string, form: RegExp): number {
  if (!form.test(time)) throw invalid(name, time, 'a time of day such as 08:00');
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** The day (0 = Monday) and the minute of the day, in a time zone. */
function wallClock(timeZone: string): (moment: Date) => { day: number; minute: number } {
  const format = dateFormat(timeZone);
  return (moment) => {
    const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, value]));
    return {
      day: WEEKDAYS.findIndex((day) => day === parts.get('weekday')),
      minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
    };
  };
}

function dateFormat(timeZone: string): Intl.DateTimeFormat {
  // Offsets such as +01:00 have no summer time, and not every Node.js knows them.
  const isName = typeof timeZone === 'string' && /^[A-Za-z]/.test(timeZone);
  if (!isName) throw invalid('timeZone', timeZone, 'a name such as Europe/Zurich');
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  } catch (cause) {
    throw invalid('timeZone', timeZone, 'a time zone that this Node.js knows', cause);
  }
}

function invalid(name: string, value: unknown, accepted: string, cause?: unknown): RasshostError {
  const problem = `${name} of whenHours is ${JSON.stringify(value)}, not ${accepted}`;
  return new RasshostError('RASSHOST_E_OPTION', problem, { cause });
}
