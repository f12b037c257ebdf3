import {
  attempts,
  chain,
  definePolicy,
  deny,
  grant,
  type Dialog,
  type Identity,
  type Verdict,
} from 'rasshost';
import { TokenServer } from './token-server';

const server = new TokenServer();

/** Passcodes of tokens. The first use of a token, here bob's, leads to its PIN. */
export default definePolicy(
  chain(
    async (dialog): Promise<Identity> => ({
      userName: await dialog.ask('User name: '),
      domain: 'CONTOSO',
    }),
    attempts(
      3,
      async (dialog, user) => {
        const passcode = await dialog.askSecret('Enter PASSCODE: ');
        switch (await server.verify(user.userName, passcode)) {
          case 'right':
            return grant(user);
          case 'new PIN required':
            return setPin(dialog, user);
          default:
            dialog.print('Access denied.\r\n');
            return undefined;
        }
      },
      (_, user) => deny(user),
    ),
  ),
);

async function setPin(dialog: Dialog, user: Identity): Promise<Verdict> {
  dialog.print('Your token needs a new PIN.\r\n');
  const pin = await dialog.newPin({ minLength: 4, maxLength: 8, origin: 'either' });
  await pin.use((bytes) => server.setPin(user.userName, bytes));

  dialog.print('New PIN set. Wait for the tokencode to change, then log in with it.\r\n');
  const passcode = await dialog.askSecret('Enter PASSCODE: ', {
    timeoutSeconds: 90,
    flushTypeAhead: true,
  });
  return (await server.verify(user.userName, passcode)) === 'right' ? grant(user) : deny(user);
}
