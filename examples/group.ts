import {
  chain,
  definePolicy,
  deny,
  except,
  grant,
  whenHours,
  whenUser,
  type Dialog,
  type Identity,
  type NamePredicate,
} from 'rasshost';

const groups = new Map([['RAS without token', new Set(['backup', 'monitor'])]]);

/** Stands for a query of your directory. What it throws is an error for RAS, never "not a member". */
const membersOf =
  (group: string): NamePredicate =>
  async (userName) => {
    const members = groups.get(group);
    if (!members) throw new Error(`there is no group ${group}`);
    return members.has(userName.toLowerCase());
  };

const goOn = (_: Dialog, user: Identity): Identity => user;

/**
 * Guests in office hours only, and passcodes for everybody who is not in a certain group: RAS asks
 * its members for nothing but their password, afterwards.
 */
export default definePolicy(
  chain(
    async (dialog): Promise<Identity> => ({
      userName: await dialog.ask('User name: '),
      domain: 'CONTOSO',
    }),
    whenUser(
      /guest.+/,
      whenHours(
        {
          days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'],
          from: '08:00',
          to: '18:00',
          timeZone: 'Europe/Zurich',
        },
        goOn,
        (dialog, user) => {
          dialog.print('Guests: Monday to Friday, 8 to 18.\r\n');
          return deny(user);
        },
      ),
      goOn,
    ),
    whenUser(
      except(membersOf('RAS without token')),
      async (dialog, user) => {
        const passcode = await dialog.askSecret('Passcode: ', { mask: '*' });
        return passcode.equals('123456') ? grant(user) : deny(user);
      },
      (_, user) => grant(user),
    ),
  ),
);
