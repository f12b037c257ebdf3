import { definePolicy, deny, grant } from 'rasshost';

const domain = 'CONTOSO';

const passcodes = new Map([
  ['alice', '123456'],
  ['bob', '654321'],
]);

/** Asks for a user name and a passcode, and looks them up in a table. */
export default definePolicy(async (dialog) => {
  dialog.print('Contoso dial-in\r\n');
  const userName = await dialog.ask('User name: ');
  const passcode = await dialog.askSecret('Passcode: ');

  // An unknown user costs the same comparison as a known one; an empty passcode matches nobody.
  if (passcode.equals(passcodes.get(userName) ?? '')) {
    dialog.print('Welcome.\r\n');
    return grant({ userName, domain });
  }
  dialog.print('Access denied.\r\n');
  return deny({ userName, domain });
});
