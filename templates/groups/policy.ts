import { definePolicy, deny, grant, type Policy } from 'rasshost';
import { isRight } from './passcodes.ts';
import { ruleFor, USERS, type Users } from './users.ts';

/** The logon domain of your users, as Windows writes it: 1 to 15 characters. */
const DOMAIN = 'CONTOSO';

/** How often a caller may type the passcode before the line is dropped. */
const ATTEMPTS = 3;

/** The dialog with a caller. It is a function of the users, so that its test has its own. */
export function dialIn(users: Users): Policy {
  return definePolicy(async (dialog) => {
    dialog.print('Contoso dial-in\r\n');
    const userName = await dialog.ask('User name: ');
    const user = { userName, domain: DOMAIN };
    const rule = ruleFor(users, userName);
    // Windows still asks for the password of the account, and decides by that.
    if (rule === 'password') return grant(user);

    // Whoever is refused is asked as well: nothing tells which users there are. Whoever does not
    // answer, hangs up, or makes anything here throw, is not let in either: rasshost sees to that.
    const kept = rule === 'passcode' ? users.passcodes.get(userName.toLowerCase()) : undefined;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const passcode = await dialog.askSecret('Passcode: ');
      if (await isRight(passcode, kept)) {
        dialog.print('Welcome.\r\n');
        return grant(user);
      }
      dialog.print('Access denied.\r\n');
    }
    return deny(user);
  });
}

export default dialIn(USERS);
