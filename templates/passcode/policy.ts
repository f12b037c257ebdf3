import { definePolicy, deny, grant, type Policy } from 'rasshost';
import { isRight } from './passcodes.ts';

/** The logon domain of your users, as Windows writes it: 1 to 15 characters. */
const DOMAIN = 'CONTOSO';

/** How often a caller may try before the line is dropped. */
const ATTEMPTS = 3;

/**
 * Who may dial in: user name, and passcode as `npm run hash-passcode` writes it. The user name is
 * that of the Windows account, which PPP asks about afterwards. Replace alice by your own users.
 */
const USERS = new Map([['alice', 'HASH_OF_THE_PASSCODE']]);

/** The dialog with a caller. It is a function of the users, so that its test has its own. */
export function dialIn(users: ReadonlyMap<string, string>): Policy {
  return definePolicy(async (dialog) => {
    dialog.print('Contoso dial-in\r\n');
    for (let attempt = 1; ; attempt++) {
      const userName = await dialog.ask('User name: ');
      const passcode = await dialog.askSecret('Passcode: ');
      // Windows takes no notice of case in names.
      if (await isRight(passcode, users.get(userName.toLowerCase()))) {
        dialog.print('Welcome.\r\n');
        return grant({ userName, domain: DOMAIN });
      }
      // Nothing tells a wrong passcode from an unknown user. Whoever does not answer at all, hangs
      // up, or makes anything here throw, is not let in either: rasshost sees to that.
      dialog.print('Access denied.\r\n');
      if (attempt === ATTEMPTS) return deny({ userName, domain: DOMAIN });
    }
  });
}

export default dialIn(USERS);
