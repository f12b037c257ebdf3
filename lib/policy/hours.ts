import { required, type Kind } from '../options/kinds';
import { checkValue, readOptions, type Kinds } from '../options/read-options';

/**
 * A day of the week.
 * @category Combinators
 */
export type Weekday = 'Mon' | 'Tue' | 'Wed' | 'Thu' | 'Fri' | 'Sat' | 'Sun';

const WEEKDAYS: readonly Weekday[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/**
 * Hours of the week, by the clock on the wall of a time zone.
 * @category Combinators
 */
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

const DAYS: Kind<readonly Weekday[]> = {
  allowed: `some of ${WEEKDAYS.join(', ')}`,
  accepts: (value): value is readonly Weekday[] =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((day) => WEEKDAYS.some((known) => known === day)),
};

const TIME_ZONE: Kind<string> = {
  allowed: 'the name of a time zone that this Node.js knows, such as Europe/Zurich',
  accepts: (value): value is string => typeof value === 'string' && isTimeZone(value),
};

const KINDS: Kinds<Hours> = {
  days: required(DAYS),
  from: required(timeOfDay(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day from 00:00 to 23:59')),
  to: required(timeOfDay(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day from 00:00 to 24:00')),
  timeZone: required(TIME_ZONE),
};

/**
 * Makes a function that tells whether a moment is within hours. When summer time begins, an hour is
 * left out, and no moment is in it. When summer time ends, an hour comes twice, and both are within.
 * @throws {@link RasshostError} RASSHOST_E_OPTION for hours that there can't be
 */
export function withinHours(hours: Hours): (moment: Date) => boolean {
  const { days, from, to, timeZone } = readOptions('whenHours', hours, KINDS);
  checkValue('to of whenHours', to, {
    allowed: `another time than from, which is ${from}`,
    accepts: (value): value is string => value !== from,
  });
  const wanted = new Set(days);
  const first = minuteOfDay(from);
  const end = minuteOfDay(to);
  const wallTime = wallClock(timeZone);

  return (moment) => {
    const { day, minute } = wallTime(moment);
    const begins = isWanted(wanted, day);
    if (first < end) return begins && first <= minute && minute < end;
    const beganYesterday = isWanted(wanted, day + 6);
    return (begins && first <= minute) || (beganYesterday && minute < end);
  };
}

/** @param day - 0 is a Monday, and so is 7 */
function isWanted(wanted: ReadonlySet<Weekday>, day: number): boolean {
  const name = WEEKDAYS[day % 7];
  return name !== undefined && wanted.has(name);
}

function timeOfDay(form: RegExp, allowed: string): Kind<string> {
  return {
    allowed,
    accepts: (value): value is string => typeof value === 'string' && form.test(value),
  };
}

function minuteOfDay(time: string): number {
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

/** Offsets such as +01:00 don't count: they have no summer time, and not every Node.js knows them. */
function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && dateFormat(name).format(0) !== '';
  } catch {
    return false;
  }
}

function dateFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}
