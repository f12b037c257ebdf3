import type { Kind } from '../options/kinds';

/**
 * A moment: a date, or a text in ISO 8601 that says in which time zone it is.
 * @category Time
 */
export type Moment = Date | string;

/** An ISO date with a time and a zone; without one it would be another moment on every machine. */
const WITH_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(?:Z|[+-]\d\d:\d\d)$/;

/** For the options reader. */
export const MOMENT: Kind<Moment> = {
  allowed: "a Date, or a date with time and time zone such as '2026-01-05T12:00Z'",
  accepts: (value): value is Moment =>
    (value instanceof Date || (typeof value === 'string' && WITH_ZONE.test(value))) &&
    !Number.isNaN(new Date(value).getTime()),
};
