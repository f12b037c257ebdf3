import { branch } from './branch';
import { namePredicate, type Names } from './names';
import type { Combined, Step } from './step';

/**
 * Goes on differently for callers on some modems, by their friendly names (`dialog.deviceName`).
 * Several modems of one model may have the same name.
 *
 * @category Combinators
 * @throws {@link RasshostError} RASSHOST_E_OPTION for an empty list or name, or something else than
 * steps
 *
 * @example
 * ```ts
 * import { definePolicy, deny, fail, whenDevice } from 'rasshost';
 *
 * export default definePolicy(
 *   whenDevice(
 *     /courier.+/,
 *     async (dialog) => deny({ userName: await dialog.ask('User name: '), domain: 'CONTOSO' }),
 *     () => fail(651),
 *   ),
 * );
 * ```
 */
export function whenDevice<In, A, B>(
  which: Names,
  then: Step<In, A>,
  otherwise: Step<In, B>,
): Combined<In, A | B> {
  const isMeant = namePredicate('whenDevice', which);
  return branch('whenDevice', (dialog) => isMeant(dialog.deviceName, dialog), then, otherwise);
}
