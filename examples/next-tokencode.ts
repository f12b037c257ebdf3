import {
  attempts,
  chain,
  definePolicy,
  deny,
  grant,
  withDeadline,
  type Dialog,
  type Identity,
} from 'rasshost';
import { TokenServer } from './token-server';

const server = new TokenServer();

const refuse = (dialog: Dialog, user: Identity) => {
  dialog.print('Access denied.\r\n');
  return deny(user);
};

/** Whoever guessed a passcode after many wrong ones won't know the next tokencode. */
const askNextTokencode = withDeadline(
  { seconds: 90 },
  async (dialog, user: Identity) => {
    dialog.print('Wait for the tokencode to change,\r\n');
    const tokencode = await dialog.askSecret('then enter the new tokencode: ', {
      timeoutSeconds: 90,
      flushTypeAhead: true,
    });
    const isRight = await server.verifyNext(user.userName, tokencode);
    return isRight ? grant(user) : refuse(dialog, user);
  },
  refuse,
);

/** Passcodes of tokens. After three wrong ones a right one has to be followed by another. */
export default definePolicy(
  chain(
    async (dialog): Promise<Identity> => ({
      userName: await dialog.ask('User name: '),
      domain: 'CONTOSO',
    }),
    attempts(
      5,
      async (dialog, user) => {
        const passcode = await dialog.askSecret('Enter PASSCODE: ');
        const answer = await server.verify(user.userName, passcode);
        if (answer === 'right') return grant(user);
        if (answer === 'next tokencode required') return askNextTokencode(dialog, user);
        dialog.print('Wrong PASSCODE.\r\n');
        return undefined;
      },
      refuse,
    ),
  ),
);
