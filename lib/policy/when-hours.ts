import { branch } from './branch';
import { withinHours, type Hours } from './hours';
import type { Combined, Step } from './step';

/**
 * Goes on differently at some hours of the week: no guests at night, for instance. The moment at
 * which the step is reached counts, by the dialog's clock. Tests set that clock with
 * `dial(policy, { at: '2026-01-05T12:00Z' })`.
 *
 * @category Combinators
 * @throws {@link RasshostError} RASSHOST_E_OPTION for hours that can't be (no day, `from` equal to
 * `to`, an unknown time zone), or something else than steps
 *
 * @example
 * ```ts
 * import { deny, grant, whenHours, type Identity } from 'rasshost';
 *
 * // From Friday 22:00 to Saturday 06:00, and so on.
 * export const nightShift = whenHours(
 *   { days: ['Fri', 'Sat'], from: '22:00', to: '06:00', timeZone: 'Europe/Zurich' },
 *   (_, user: Identity) => grant(user),
 *   (_, user) => deny(user),
 * );
 * ```
 */
export function whenHours<In, A, B>(
  hours: Hours,
  then: Step<In, A>,
  otherwise: Step<In, B>,
): Combined<In, A | B> {
  const isWithin = withinHours(hours);
  return branch('whenHours', ({ clock }) => isWithin(clock.date()), then, otherwise);
}
