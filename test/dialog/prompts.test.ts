import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import {
  CallerCancelled,
  CallerStartedPpp,
  definePolicy,
  deny,
  DialogTimeout,
  Secret,
  TEXTS,
  TooManyTries,
  type Dialog,
} from 'rasshost';
import {
  runDialog,
  SimulatedRasServer,
  type DialogEvent,
  VirtualClock,
  type Caller,
} from 'rasshost/testing';
import { asked } from '../support/asked';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

describe('choose', () => {
  const MENU = (dialog: Dialog) =>
    dialog.choose('Token type', [
      { text: 'Hardware', value: 1 },
      { text: 'Phone', value: 2 },
    ]);

  test('says which numbers there are, and gives up after three answers that are none', async () => {
    const caller = asked(MENU);
    for (const answer of ['0', '3', 'x']) {
      await caller.sees('Choice: ');
      caller.types(`${answer}\r`);
      await caller.sees('Please enter a number from 1 to 2.\r\n');
    }
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
    expect(caller.reports[0]?.cause).toBeInstanceOf(TooManyTries);
  });

  test('takes any number of as many choices as there are, and no other', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 120 }), fc.nat(150), async (count, number) => {
        const choices = Array.from({ length: count }, (_, at) => ({ text: `t${at}`, value: at }));
        const caller = asked((dialog) => dialog.choose('Menu', choices));
        await caller.sees('Choice: ');
        caller.types(`${number}\r`);
        if (number >= 1 && number <= count) await caller.sees(`[${number - 1}]`);
        else await caller.sees(`from 1 to ${count}.`);
      }),
      { numRuns: 30 },
    ));

  test('is refused without choices, before the caller sees anything', async () => {
    const caller = asked((dialog) => dialog.choose('Menu', []));
    expect((await caller.outcome()).thrown).toMatchObject({
      message: 'RASSHOST_E_OPTION: choose was given no choices; it needs one or more',
    });
    expect(caller.output).toBe('');
  });
});

describe('confirm', () => {
  test.each([
    ['y', true],
    ['YES', true],
    ['n', false],
    ['No', false],
  ])('takes %s for %p', async (answer, expected) => {
    const caller = asked((dialog) => dialog.confirm('Sure?'));
    await caller.sees('Sure? (y/n): ');
    caller.types(`${answer}\r`);
    await caller.sees(`[${expected}]`);
  });

  test('asks again for anything else, three times at most', async () => {
    const caller = asked((dialog) => dialog.confirm('Sure?'));
    caller.types('yy\rmaybe\r1\r');
    await caller.sees('Please enter y or n.\r\n');
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
  });
});

describe('newPin', () => {
  test('says why a PIN is not taken, and gives up after three', async () => {
    const caller = asked((dialog) =>
      dialog.newPin({
        minLength: 4,
        maxLength: 6,
        validate: (pin) => (pin.equals('1234') ? 'That PIN is too easy to guess.' : undefined),
      }),
    );
    caller.types('123\r');
    await caller.sees('A PIN has 4 to 6 digits.\r\n');
    caller.types('1234\r');
    await caller.sees('That PIN is too easy to guess.\r\n');
    caller.types('2580\r2581\r');
    await caller.sees('The two are not the same.\r\n');
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
    expect(caller.reports[0]?.cause).toBeInstanceOf(TooManyTries);
  });

  test.each(['digits', 'alphanumeric'] as const)(
    'generates a PIN of %s that the caller confirms, and a new one if not',
    async (alphabet) => {
      const pins: string[] = [];
      const caller = asked(async (dialog) => {
        const pin = await dialog.newPin({ alphabet, origin: 'either', maxLength: 12 });
        pins.push(pin.text());
      });
      await caller.sees('Shall the system generate your new PIN? (y/n): ');
      caller.types('y\r');
      const pattern = /Your new PIN is: (.{12})\r\nHave you memorized it\? \(y\/n\): /;
      const [, first] = await caller.sees(pattern);
      caller.types('n\r');
      const [, second] = await caller.sees(pattern);
      caller.types('y\r');
      await caller.outcome();
      expect(pins).toEqual([second]);
      expect(first).not.toBe(second);
      expect(second).toMatch(alphabet === 'digits' ? /^\d+$/ : /^[2-9A-HJ-NP-Za-km-z]+$/);
    },
  );

  test('refuses a PIN that is too long, and never cuts it', async () => {
    const pins: string[] = [];
    const caller = asked(async (dialog) => {
      pins.push((await dialog.newPin({ maxLength: 8 })).text());
    });
    caller.types('1234567890\r');
    await caller.sees('A PIN has 4 to 8 digits.\r\n');
    caller.types('12345678\r12345678\r');
    await caller.outcome();
    expect(pins).toEqual(['12345678']);
  });
});

test('a pause lets so much time pass', async () => {
  const caller = asked(async (dialog) => {
    const before = dialog.clock.now();
    await dialog.pause({ seconds: 30 });
    return dialog.clock.now() - before;
  });
  await caller.sees('[30000]');
});

test('a pause ends with the call, and with the time for the dialog', async () => {
  const caller = asked((dialog) => dialog.pause({ seconds: 30 }));
  caller.hangsUp();
  expect(await caller.outcome()).toMatchObject({ outcome: 'ended' });

  const patient = asked((dialog) => dialog.pause({ seconds: 30 }), { dialogSeconds: 10 });
  expect((await patient.outcome()).outcome).not.toBe('success');
});

test('to drop what was typed early takes a second of silence, and no more (SD-18)', async () => {
  const clock = new VirtualClock();
  const caller = asked(
    async (dialog) => [
      await dialog.ask('User name: '),
      await dialog.askSecret('Passcode: ', { flushTypeAhead: true }),
    ],
    { clock },
  );
  caller.types('alice\r');
  await caller.sees('Passcode: ');
  expect(clock.now()).toBe(1000);
});

test('a caller who floods is dropped no more than so much, and listened to (SD-31)', async () => {
  const caller = asked((dialog) => dialog.askSecret('Passcode: ', { flushTypeAhead: true }));
  caller.types('x'.repeat(5000));
  await caller.sees('Passcode: ');
  // What was not dropped is too long for an answer.
  caller.types('\r123456\r');
  expect(await caller.outcome()).toMatchObject({ outcome: 'success' });
});

test.each<[string, (caller: Caller) => void, new (text: string) => Error]>([
  ['Ctrl-C', (caller) => caller.cancels(), CallerCancelled],
  ['PPP', (caller) => caller.startsPpp(), CallerStartedPpp],
  ['silence', () => undefined, DialogTimeout],
  ['ten empty lines', (caller) => caller.types('\r'.repeat(10)), TooManyTries],
])('%s is no answer: a FAILURE, unless the policy knows better (SD-11)', async (_, act, kind) => {
  const careless = asked((dialog) => dialog.ask('Name: '));
  await careless.sees('Name: ');
  act(careless);
  expect(await careless.outcome()).toMatchObject({ outcome: 'failure', userName: '<no answer>' });
  expect(careless.reports[0]?.cause).toBeInstanceOf(kind);

  const careful = asked((dialog) =>
    dialog.ask('Name: ').catch((error: unknown) => (error as Error).name),
  );
  await careful.sees('Name: ');
  act(careful);
  await careful.sees(`["${kind.name}"]`);
});

test('a key may take so long, and the line so long (SD-20)', async () => {
  for (const [seconds, shown] of [
    [4, 'Name: alic'],
    [6, 'Name: '],
  ] as const) {
    const caller = asked((dialog) => dialog.ask('Name: ', { idleSeconds: 5, timeoutSeconds: 18 }));
    await caller.sees('Name: ');
    for (const key of 'alice') {
      await caller.waits({ seconds });
      caller.types(key);
    }
    await caller.outcome();
    expect(caller.output).toBe(shown);
    expect(caller.reports[0]?.cause).toBeInstanceOf(DialogTimeout);
  }
});

test('a dialog speaks the language that its policy asks for, and changes it for a user', async () => {
  const caller = asked(
    async (dialog) => {
      await dialog.confirm('Sicher?');
      dialog.useTexts({ language: 'fr', texts: { yesOrNo: ' [o/n] ' } });
      return dialog.confirm('Certain ?');
    },
    {},
    { language: 'de' },
  );
  await caller.sees('Sicher? (j/n): ');
  caller.types('ja\r');
  await caller.sees('Certain ? [o/n] ');
  caller.types('oui\r');
  await caller.sees('[true]');
});

test.each([
  [{ yes: ['Y'] }, "yes of texts is [ 'Y' ], not a list of words in small letters"],
  [{ no: ['n', ''] }, "no of texts is [ 'n', '' ], not a list of words in small letters"],
  [{ yes: [] }, 'yes of texts is [], not a list of words'],
  [{ yes: ['ok', 'n'] }, '"n" is in the texts yes and no'],
])('words for yes and no that nobody could answer with are refused: %j', async (texts, message) => {
  const refused = expect.objectContaining({
    code: 'RASSHOST_E_OPTION',
    message: expect.stringContaining(message),
  });
  expect(() => definePolicy(() => deny(ALICE), { texts })).toThrow(refused);
  const caller = asked(async (dialog) => dialog.useTexts({ texts }));
  expect((await caller.outcome()).thrown).toEqual(refused);
});

test('what useTexts does not name stays as the policy has it', async () => {
  const caller = asked(
    async (dialog) => {
      dialog.useTexts({ texts: { yesOrNo: ' [j/n] ' } });
      const { yes, yesOrNo, neitherYesNorNo } = dialog.texts;
      dialog.useTexts({ language: 'fr' });
      const { no } = dialog.texts;
      return [yes, yesOrNo, neitherYesNorNo, no, dialog.texts.yesOrNo];
    },
    {},
    { language: 'de', texts: { neitherYesNorNo: 'Was?\r\n' } },
  );
  await caller.sees('[[["j","ja"]," [j/n] ","Was?\\r\\n",["n","non"]," [j/n] "]]');
});

test('the texts of every language are ASCII, and have the same numbers to fill in', () => {
  const numbers = (text: unknown) => String(text).match(/\{\w+\}/g) ?? [];
  for (const texts of Object.values(TEXTS)) {
    expect(JSON.stringify(texts)).toMatch(/^[\x20-\x7e]*$/);
    for (const [name, text] of Object.entries(TEXTS.en)) {
      expect([name, numbers(texts[name as keyof typeof texts])]).toEqual([name, numbers(text)]);
    }
  }
});

test('a policy writes and reads in its code page, and refuses what that lacks', async () => {
  const caller = asked((dialog) => dialog.ask('Größe: '), {}, { codePage: 'cp850' });
  await caller.sees('Größe: ');
  caller.types(Uint8Array.of(0x81, 0x62, 0x65, 0x72, 13));
  await caller.sees('["über"]');

  const secret = asked(
    async (dialog) => {
      const passcode = await dialog.askSecret('? ', { mask: '·' });
      const digest = createHash('sha256').update('grün').digest();
      return [passcode.equals('grün'), passcode.digest('sha256').equals(digest), passcode.text()];
    },
    {},
    { codePage: 'cp437' },
  );
  secret.types(Uint8Array.of(0x67, 0x72, 0x81, 0x6e, 13));
  await secret.sees('? ····\r\n[[true,true,"grün"]]');

  const foreign = asked((dialog) => dialog.ask('5 €: '), {}, { codePage: 'cp437' });
  expect((await foreign.outcome()).thrown).toMatchObject({ code: 'RASSHOST_E_TEXT' });
  for (const codePage of ['klingon', 'utf-8', 'utf-16le', 'shift_jis', 'gbk']) {
    expect(() => definePolicy(() => deny(ALICE), { codePage })).toThrow(
      expect.objectContaining({ code: 'RASSHOST_E_OPTION' }),
    );
  }
  expect(() => definePolicy(() => deny(ALICE), { texts: { newPin: 'Clé: ' } })).toThrow(/"é"/);
});

test('what is shown in secret is a text in the code page, whatever it is given as', async () => {
  const shown: string[] = [];
  const policy = definePolicy(
    (dialog) => {
      dialog.printSecret('grün ');
      dialog.printSecret(Buffer.from('grün '));
      dialog.printSecret(new Secret(Buffer.from('grün')));
      for (const wrong of [4711, undefined, ['grün'], Symbol('grün')]) {
        expect(() => dialog.printSecret(wrong as never)).toThrow(/^RASSHOST_E_OPTION: printSecret/);
        expect(() => dialog.printSecret(wrong as never)).not.toThrow(/4711|grün/);
      }
      for (const lacking of ['5 €', Buffer.from('5 €'), Buffer.of(0xe2, 0x82), '\ud800']) {
        expect(() => dialog.printSecret(lacking)).toThrow(
          'RASSHOST_E_TEXT: the secret has a character that is not in the code page cp437',
        );
      }
      return deny(ALICE);
    },
    { codePage: 'cp437' },
  );
  const caller = new SimulatedRasServer().call((transaction) => {
    void runDialog(transaction, policy, () => undefined, {
      observe(event) {
        if ('bytes' in event) shown.push(Buffer.from(event.bytes).toString('hex'));
      },
    });
  });
  caller.types('\r');
  expect(await caller.outcome).toMatchObject({ outcome: 'failure' });
  expect(caller.output).toBe('gr\x81n gr\x81n gr\x81n');
  expect(shown).toEqual(['6772816e20', '6772816e20', '6772816e']);
});

test('send takes bytes as they are at the call, and nothing but bytes', async () => {
  const caller = asked(async (dialog) => {
    for (const wrong of ['text', [1, 2], new ArrayBuffer(2), undefined]) {
      await expect(dialog.send(wrong as never)).rejects.toMatchObject({
        code: 'RASSHOST_E_OPTION',
        message: expect.stringContaining('not a Buffer or another Uint8Array'),
      });
    }
    const bytes = Buffer.from('ready');
    const sent = dialog.send(bytes);
    bytes.fill(0);
    await sent;
  });
  await caller.sees('ready');
});

test('who watches a dialog is told of all that happens, and of secrets by themselves', async () => {
  const events: string[] = [];
  const observe = (event: DialogEvent) =>
    events.push(
      JSON.stringify(event, (key, value: unknown) =>
        key === 'bytes' ? Buffer.from(value as Uint8Array).toString() : value,
      ),
    );
  const policy = definePolicy(async (dialog) => {
    dialog.print('Hi\r\n');
    await dialog.ask('Name: ');
    await dialog.askSecret('Passcode: ');
    dialog.printSecret(Buffer.from('4711'));
    await dialog.receive({ length: 1, timeoutSeconds: 5 });
    await dialog.ask('More: ');
    return deny(ALICE);
  });
  const clock = new VirtualClock();
  const caller = new SimulatedRasServer({ clock }).call(
    (transaction) => void runDialog(transaction, policy, () => undefined, { clock, observe }),
  );
  caller.types('alf\bice\r123\rx\x03');
  await caller.sees('More: \r\n');
  expect(events).toEqual([
    '{"kind":"shown","text":"Hi\\r\\n"}',
    '{"kind":"shown","text":"Name: "}',
    '{"kind":"asked","secret":false}',
    '{"kind":"answered","line":"alice"}',
    '{"kind":"shown","text":"Passcode: "}',
    '{"kind":"asked","secret":true}',
    '{"kind":"answered-secret","as":"secret","bytes":"123"}',
    '{"kind":"shown-secret","bytes":"4711"}',
    '{"kind":"received","bytes":"x"}',
    '{"kind":"shown","text":"More: "}',
    '{"kind":"asked","secret":false}',
    '{"kind":"unanswered","why":"cancelled"}',
  ]);
});
