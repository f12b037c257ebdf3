import { branch } from './branch';
import type { Identity } from './identity';
import { namePredicate, type Names } from './names';
import type { Combined, Step } from './step';

/**
 * Goes on differently for some users: the step before it has to yield an object with a `userName`,
 * such as an {@link Identity}. Whom to challenge, for instance: all of a group, or with
 * {@link except} all who are not in it. When the predicate throws (a directory that does not
 * answer), the policy ends with that error: never with the branch for those who are not meant.
 *
 * @category Combinators
 * @throws {@link RasshostError} RASSHOST_E_OPTION for an empty list or name, or something else than
 * steps
 *
 * @example
 * ```ts
 * import { deny, grant, whenUser, type Identity } from 'rasshost';
 *
 * // Passcodes for administrators only. RAS asks everybody for the password afterwards.
 * export const challengeAdministrators = whenUser(
 *   /adm-.+/,
 *   async (dialog, user: Identity) => {
 *     const passcode = await dialog.askSecret('Passcode: ');
 *     return passcode.equals('123456') ? grant(user) : deny(user);
 *   },
 *   (_, user) => grant(user),
 * );
 * ```
 */
export function whenUser<In extends Pick<Identity, 'userName'>, A, B>(
  who: Names,
  then: Step<In, A>,
  otherwise: Step<In, B>,
): Combined<In, A | B> {
  const isMeant = namePredicate('whenUser', who);
  return branch('whenUser', (dialog, user) => isMeant(user.userName, dialog), then, otherwise);
}
