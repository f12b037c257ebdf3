import { deny, fail, grant, type Dialog, type Verdict } from 'rasshost';

/** The caller's end of the line: a simulated one, or a connection to the emulator. */
export interface DialogCaller {
  types(keys: string | Uint8Array): void;
  sees(text: string): Promise<unknown>;
  hangsUp(): void;
  /** Leaves the rest of the call to a Windows dial-up script. */
  runs(script: string, credentials: Credentials): Promise<void>;
}

export interface Credentials {
  readonly userName: string;
  readonly password: string;
}

/** The server that a dialog is for. */
export type ServerKind = 'usual' | 'available' | 'tiny' | 'silent-hang-up';

/** A dialog that must look the same with every Rasman. */
export interface DialogCase {
  /** Typed by the caller, before all else, to choose the dialog. */
  readonly id: string;
  readonly statement: string;
  /** Default: `usual` and `available`, where no byte makes a difference. */
  readonly servers?: readonly ServerKind[];
  readonly decide: (dialog: Dialog) => Promise<Verdict> | Verdict;
  readonly caller: (caller: DialogCaller) => Promise<void> | void;
  /** All that the caller receives, up to PPP. */
  readonly transcript: string;
  readonly outcome:
    | 'hung up'
    | {
        readonly outcome: 'success' | 'failure' | 'error';
        readonly userName?: string;
        readonly dwError: number;
      };
}

const ALICE = { userName: 'alice', domain: 'CONTOSO' };
const SUCCESS = { outcome: 'success', userName: 'alice', dwError: 0 } as const;
const FAILURE = { outcome: 'failure', userName: 'alice', dwError: 0 } as const;
const NO_ANSWER = { outcome: 'failure', userName: '<no answer>', dwError: 0 } as const;
const HUNG_UP = 'hung up';

const EVERY_SERVER = ['usual', 'available', 'tiny', 'silent-hang-up'] as const;
const LCP_CONFIGURE_REQUEST = Buffer.from('~\xff}#\xc0!}!}!} }(}"}&} } } } \x9a\xf0~', 'latin1');
const LONG_TEXT = Array.from({ length: 60 }, (_, at) => `${at}: ${'.'.repeat(60)}\r\n`).join('');

/** A logon that echoes the name, masks the passcode, and confirms. */
async function logOn(dialog: Dialog): Promise<Verdict> {
  const userName = await dialog.ask('User name: ');
  const passcode = await dialog.askSecret('Passcode: ', { mask: '*' });
  const sure = await dialog.confirm('Go on?');
  const right = userName === 'alice' && passcode.equals('123456') && sure;
  dialog.print(right ? 'Welcome.\r\n' : 'Denied.\r\n');
  return right ? grant(ALICE) : deny(ALICE);
}

const LOGGED_ON = 'User name: alice\r\nPasscode: ******\r\nGo on? (y/n): y\r\nWelcome.\r\n';

/** A provider's script for {@link logOn}. When it has ended, the caller's machine begins PPP. */
const LOG_ON_SCRIPT = `
  proc main
    waitfor "user name: " until 30
    if $FAILURE then halt endif
    transmit $USERID + "^M"
    waitfor "Denied" then lost, "Passcode: ", matchcase then found until 30
  lost:
    halt
  found:
    transmit $PASSWORD, raw
    transmit "<cr>"
    waitfor "(y/n): " until 30
    transmit "y^M"
    waitfor "Welcome." until 30
  endproc`;

/** A logon that is typed in one burst, in so many words. */
function burst(id: string, statement: string, keys: string): DialogCase {
  return {
    id,
    statement,
    servers: EVERY_SERVER,
    decide: logOn,
    caller: (caller) => caller.types(Buffer.from(keys, 'latin1')),
    transcript: LOGGED_ON,
    outcome: SUCCESS,
  };
}

/** A caller who is cut off at this point of the logon. */
function hangUp(
  step: string,
  act: (caller: DialogCaller) => Promise<void>,
  seen: string,
): DialogCase {
  return {
    id: `hang-up-${step}`,
    statement: `a caller who hangs up at the ${step} is not let in (SD-25, SD-26)`,
    servers: ['usual', 'available', 'silent-hang-up'],
    decide: logOn,
    async caller(caller) {
      await act(caller);
      caller.hangsUp();
    },
    transcript: seen,
    outcome: HUNG_UP,
  };
}

export const CASES: readonly DialogCase[] = [
  burst('burst-cr', 'a burst with CR logs on (SD-18, SD-30)', 'alice\r123456\ry\r'),
  burst('burst-lf', 'a burst with LF logs on (SD-18, SD-30)', 'alice\n123456\ny\n'),
  burst('burst-crlf', 'a burst with CRLF logs on (SD-18, SD-30)', 'alice\r\n123456\r\ny\r\n'),
  burst('nul', 'NUL bytes are nothing (SD-21, SD-31)', '\0al\0ice\r\0\n123\x00456\ry\r'),
  burst('noise', 'bytes of no character are nothing (SD-31)', '\xfealice\x80\r12\xff3456\r\x1by\r'),
  {
    id: 'keystrokes',
    statement: 'a caller types key by key and sees each (SD-30)',
    decide: logOn,
    async caller(caller) {
      await caller.sees('User name: ');
      for (const key of 'alice') {
        caller.types(key);
        await caller.sees(key);
      }
      caller.types('\r');
      await caller.sees('Passcode: ');
      for (const key of '123456') {
        caller.types(key);
        await caller.sees('*');
      }
      caller.types('\r');
      await caller.sees('Go on? (y/n): ');
      caller.types('y\r');
      await caller.sees('Welcome.');
    },
    transcript: LOGGED_ON,
    outcome: SUCCESS,
  },
  {
    id: 'wrong',
    statement: 'a wrong passcode is a FAILURE, and its message arrives (SD-11, SD-22)',
    servers: EVERY_SERVER,
    decide: logOn,
    caller: (caller) => caller.types('alice\r654321\ry\r'),
    transcript: LOGGED_ON.replace('Welcome', 'Denied'),
    outcome: FAILURE,
  },
  {
    id: 'scp',
    statement: 'a .scp script logs on, and begins PPP (EM-27)',
    servers: EVERY_SERVER,
    decide: logOn,
    caller: (caller) => caller.runs(LOG_ON_SCRIPT, { userName: 'alice', password: '123456' }),
    transcript: LOGGED_ON,
    outcome: SUCCESS,
  },
  {
    id: 'scp-wrong',
    statement: 'a .scp script with a wrong passcode is refused (SD-11, EM-27)',
    decide: logOn,
    caller: (caller) => caller.runs(LOG_ON_SCRIPT, { userName: 'alice', password: '654321' }),
    transcript: LOGGED_ON.replace('Welcome', 'Denied'),
    outcome: FAILURE,
  },
  {
    id: 'backspace',
    statement: 'Backspace and DEL take back what is shown, over a mask too (SD-30)',
    decide: logOn,
    caller: (caller) => caller.types('\balicf\be\r1234567\x7f\ry\r'),
    transcript: LOGGED_ON.replace('alice', 'alicf\b \be').replace('******', '*******\b \b'),
    outcome: SUCCESS,
  },
  {
    id: 'kill-line',
    statement: 'Ctrl-U takes back the whole line (SD-30)',
    decide: logOn,
    caller: (caller) => caller.types('bob\x15alice\r99\x15123456\ry\r'),
    transcript: LOGGED_ON.replace('alice', 'bob\b \b\b \b\b \balice').replace(
      '******',
      '**\b \b\b \b******',
    ),
    outcome: SUCCESS,
  },
  {
    id: 'cancel',
    statement: 'Ctrl-C is no answer (SD-11)',
    decide: logOn,
    caller: (caller) => caller.types('alice\r123\x03'),
    transcript: 'User name: alice\r\nPasscode: ***\r\n',
    outcome: NO_ANSWER,
  },
  {
    id: 'silence',
    statement: 'a silent caller is refused in time (SD-11, SD-20, SD-21)',
    servers: EVERY_SERVER,
    decide: (dialog) => dialog.ask('?', { timeoutSeconds: 1 }).then(() => grant(ALICE)),
    caller: () => undefined,
    transcript: '?',
    outcome: NO_ANSWER,
  },
  {
    id: 'ppp',
    statement: 'a caller who has begun PPP is refused at once (SD-31)',
    servers: EVERY_SERVER,
    decide: (dialog) => dialog.askSecret('?').then(() => grant(ALICE)),
    caller: (caller) => caller.types(LCP_CONFIGURE_REQUEST),
    transcript: '?',
    outcome: NO_ANSWER,
  },
  {
    id: 'flood',
    statement: 'a flood rings, and no part of it is taken for an answer (SD-12, SD-31)',
    decide: (dialog) =>
      dialog
        .ask('Name: ', { maxLength: 5 })
        .then((userName) => grant({ userName, domain: 'CONTOSO' })),
    caller: (caller) => caller.types(`alice${'x'.repeat(300)}\ralice\r`),
    transcript:
      `Name: alice${'\x07'.repeat(300)}\r\nPlease enter no more than 5 characters.\r\n` +
      'Name: alice\r\n',
    outcome: SUCCESS,
  },
  {
    id: 'empty-lines',
    statement: 'empty lines ask again, and ten of them are no answer (SD-21)',
    decide: (dialog) => dialog.ask('Name: ').then(() => grant(ALICE)),
    caller: (caller) => caller.types('\r'.repeat(10)),
    transcript: 'Name: \r\n'.repeat(10),
    outcome: NO_ANSWER,
  },
  {
    id: 'early-secret',
    statement: 'what is typed before a secret is asked for is not taken for it (SD-18)',
    async decide(dialog) {
      const userName = await dialog.ask('User name: ');
      const passcode = await dialog.askSecret('Passcode: ', { flushTypeAhead: true });
      return passcode.equals('123456') ? grant({ userName, domain: 'CONTOSO' }) : deny(ALICE);
    },
    async caller(caller) {
      caller.types('alice\rtoo early\r');
      await caller.sees('Passcode: ');
      caller.types('123456\r');
    },
    transcript: 'User name: alice\r\nPasscode: \r\n',
    outcome: SUCCESS,
  },
  {
    id: 'menu',
    statement: 'a menu is shown, a wrong number explained, and a right one taken',
    async decide(dialog) {
      const choices = ['deny', 'grant'].map((text) => ({ text, value: text === 'grant' }));
      return (await dialog.choose('Verdict', choices)) ? grant(ALICE) : deny(ALICE);
    },
    caller: (caller) => caller.types('3\r2\r'),
    transcript:
      'Verdict\r\n1  deny\r\n2  grant\r\nChoice: 3\r\n' +
      'Please enter a number from 1 to 2.\r\nChoice: 2\r\n',
    outcome: SUCCESS,
  },
  {
    id: 'new-pin',
    statement: 'a new PIN is chosen twice, after one that will not do',
    async decide(dialog) {
      const pin = await dialog.newPin();
      return pin.equals('2580') ? grant(ALICE) : deny(ALICE);
    },
    caller: (caller) => caller.types('12\r2580\r2580\r'),
    transcript:
      'New PIN: **\r\nA PIN has 4 to 8 digits.\r\nNew PIN: ****\r\nNew PIN again: ****\r\n',
    outcome: SUCCESS,
  },
  {
    id: 'pause',
    statement: 'a pause keeps what is typed meanwhile',
    async decide(dialog) {
      dialog.print('Wait for the next tokencode.\r\n');
      await dialog.pause({ seconds: 0.1 });
      return (await dialog.ask('Next tokencode: ')) === '987654' ? grant(ALICE) : deny(ALICE);
    },
    caller: (caller) => caller.types('987654\r'),
    transcript: 'Wait for the next tokencode.\r\nNext tokencode: 987654\r\n',
    outcome: SUCCESS,
  },
  {
    id: 'long-text',
    statement: 'a text longer than the send buffer arrives whole (SD-16)',
    decide(dialog) {
      dialog.print(LONG_TEXT);
      return dialog.ask('End: ').then(() => grant(ALICE));
    },
    caller: (caller) => caller.types('x\r'),
    transcript: `${LONG_TEXT}End: x\r\n`,
    outcome: SUCCESS,
  },
  {
    id: 'bytes',
    statement: 'bytes go both ways as they are (SD-31)',
    async decide(dialog) {
      await dialog.send(Uint8Array.of(0, 1, 0x7f, 0x80, 0xff));
      const bytes = [];
      while (bytes.length < 3) {
        bytes.push(...(await dialog.receive({ length: 1, timeoutSeconds: 30 })));
      }
      await dialog.send(Uint8Array.from(bytes));
      return grant(ALICE);
    },
    caller: (caller) => caller.types(Uint8Array.of(0xfe, 0x11, 0x7f)),
    transcript: '\0\x01\x7f\x80\xff\xfe\x11\x7f',
    outcome: SUCCESS,
  },
  {
    id: 'error',
    statement: 'what a policy throws is an ERROR, and says nothing to the caller (SD-10, SD-11)',
    servers: EVERY_SERVER,
    async decide(dialog) {
      await dialog.ask('Name: ');
      throw Object.assign(new Error('the back end is down'), { code: 'ECONNREFUSED' });
    },
    caller: (caller) => caller.types('alice\r'),
    transcript: 'Name: alice\r\n',
    outcome: { outcome: 'error', dwError: 1311 },
  },
  {
    id: 'fail',
    statement: 'a policy that cannot tell says so with a code of its own (SD-10)',
    decide: () => fail(664),
    caller: () => undefined,
    transcript: '',
    outcome: { outcome: 'error', dwError: 664 },
  },
  hangUp('first prompt', (caller) => caller.sees('User name: ').then(() => {}), 'User name: '),
  hangUp(
    'name',
    async (caller) => {
      await caller.sees('User name: ');
      caller.types('al');
      await caller.sees('al');
    },
    'User name: al',
  ),
  hangUp(
    'passcode',
    async (caller) => {
      caller.types('alice\r123');
      await caller.sees('***');
    },
    'User name: alice\r\nPasscode: ***',
  ),
  hangUp(
    'confirmation',
    async (caller) => {
      caller.types('alice\r123456\r');
      await caller.sees('(y/n): ');
    },
    'User name: alice\r\nPasscode: ******\r\nGo on? (y/n): ',
  ),
];

/** The cases that a kind of server is for. */
export function casesFor(server: ServerKind): DialogCase[] {
  return CASES.filter(({ servers = ['usual', 'available'] }) => servers.includes(server));
}
