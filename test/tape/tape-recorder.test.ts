import fc from 'fast-check';
import { definePolicy, deny, fail, grant, type PolicyFunction } from 'rasshost';
import { SimulatedRasServer, VirtualClock } from 'rasshost/testing';
import { formatTape, type Tape, type TapeEvent, type TapeMoment } from '../../lib/tape/tape';
import { TapeRecorder } from '../../lib/tape/tape-recorder';
import { dialogs, ERASED, policyOf, secretsOf, textsOf } from './random-dialogs';
import { record, type Reaction } from './recording';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

/** What happened, without the times. */
async function moments(...args: Parameters<typeof record>): Promise<Omit<TapeEvent, 't'>[]> {
  const { events } = await record(...args);
  return events.map((event) => ({ ...event, t: undefined }));
}

test('a tape has what was shown, asked and answered, and the verdict, with their times', async () => {
  const { header, events } = await record(
    async (dialog) => {
      dialog.print('Contoso\r\n');
      const userName = await dialog.ask('User name: ');
      await dialog.askSecret('Passcode: ', { mask: '*' });
      return deny({ userName, domain: 'CONTOSO' });
    },
    [
      { types: 'bob\x08\x08\x08alice\r', afterMs: 2500 },
      { types: 'nonsense\x15hunter2\r', afterMs: 1500 },
    ],
  );
  expect(header).toMatchObject({ device: 'Simulated modem', sendBuffer: 1500, budgetMs: 120_000 });
  expect(events).toEqual([
    { t: 0, event: 'shown', text: 'Contoso\r\n' },
    { t: 0, event: 'shown', text: 'User name: ' },
    { t: 0, event: 'asked', secret: false },
    { t: 2500, event: 'answered', text: 'alice' },
    { t: 2500, event: 'shown', text: 'Passcode: ' },
    { t: 2500, event: 'asked', secret: true },
    { t: 4000, event: 'answered-secret', placeholder: 'secret-1' },
    { t: expect.any(Number), event: 'outcome', outcome: 'failure', ...ALICE },
  ]);
});

describe('what is secret', () => {
  test('has the same placeholder each time it comes, wherever it comes', async () => {
    const policy: PolicyFunction = async (dialog) => {
      const mistyped = await dialog.ask('User name: ');
      dialog.print(`Hello, ${mistyped}!\r\n`);
      await dialog.askSecret('Passcode: ');
      await dialog.askSecret('Next: ');
      const again = await dialog.askSecret('Passcode again: ');
      dialog.print(`It is ${again.text()}.\r\n`);
      return deny({ userName: mistyped, domain: 'CONTOSO' });
    };
    const secret = { placeholder: 'secret-1' };
    expect(await moments(policy, ['hunter2\r', 'hunter2\r', '123456\r', 'hunter2\r'])).toEqual([
      { event: 'shown', text: 'User name: ' },
      { event: 'asked', secret: false },
      { event: 'answered', text: [secret] },
      { event: 'shown', text: ['Hello, ', secret, '!\r\n'] },
      { event: 'shown', text: 'Passcode: ' },
      { event: 'asked', secret: true },
      { event: 'answered-secret', ...secret },
      { event: 'shown', text: 'Next: ' },
      { event: 'asked', secret: true },
      { event: 'answered-secret', placeholder: 'secret-2' },
      { event: 'shown', text: 'Passcode again: ' },
      { event: 'asked', secret: true },
      { event: 'answered-secret', ...secret },
      { event: 'shown', text: ['It is ', secret, '.\r\n'] },
      { event: 'outcome', outcome: 'failure', userName: [secret], domain: 'CONTOSO' },
    ]);
  });

  test('is hidden as a whole when a part of it is another secret', async () => {
    const policy: PolicyFunction = async (dialog) => {
      await dialog.askSecret('A: ');
      await dialog.askSecret('B: ');
      dialog.print('hunter2 hunt hunter');
      return fail(5);
    };
    expect(await moments(policy, ['hunt\r', 'hunter2\r'])).toContainEqual({
      event: 'shown',
      text: [
        { placeholder: 'secret-2' },
        ' ',
        { placeholder: 'secret-1' },
        ' ',
        { placeholder: 'secret-1' },
        'er',
      ],
    });
  });

  test('is found in texts of another code page, too', async () => {
    const policy = definePolicy(
      async (dialog) => {
        await dialog.askSecret('Mot de passe : ');
        dialog.print('Été à la plage');
        return fail(5);
      },
      { codePage: 'cp437' },
    );
    const { events } = await record(policy, [{ types: Uint8Array.of(0x90, 0x74, 0x82, 0x0d) }]);
    expect(events).toContainEqual(
      expect.objectContaining({ text: [{ placeholder: 'secret-1' }, ' à la plage'] }),
    );
  });

  test('bytes received one by one are one placeholder, which tells nothing of their number', async () => {
    const readsLine: PolicyFunction = async (dialog) => {
      dialog.print('Passcode: ');
      for (;;) {
        const [byte] = await dialog.receive({ length: 1, timeoutSeconds: 5 });
        if (byte === 0x0d) break;
      }
      dialog.print('Not abab!\r\n');
      await dialog.askSecret('Again: ');
      return deny(ALICE);
    };
    expect(await moments(readsLine, ['aabb\r'], 'abab\r')).toEqual([
      { event: 'shown', text: 'Passcode: ' },
      { event: 'received', placeholder: 'bytes-1' },
      { event: 'shown', text: ['Not ', { placeholder: 'bytes-1' }, '!\r\n'] },
      { event: 'shown', text: 'Again: ' },
      { event: 'asked', secret: true },
      { event: 'answered-secret', placeholder: 'secret-1' },
      { event: 'outcome', outcome: 'failure', ...ALICE },
    ]);
  });
});

describe('what is secret and printed in pieces', () => {
  test('has its placeholder where it begins', async () => {
    const policy: PolicyFunction = async (dialog) => {
      await dialog.askSecret('Passcode: ');
      dialog.print('Not ');
      for (const digit of '246810') dialog.print(digit);
      dialog.print(', and not 24');
      dialog.print('6810 again.\r\n');
      return deny(ALICE);
    };
    const shown = (await moments(policy, ['246810\r'])).flatMap((event) =>
      'text' in event && event.event === 'shown' ? [event.text] : [],
    );
    const secret = { placeholder: 'secret-1' };
    expect(shown).toEqual([
      'Passcode: ',
      'Not ',
      [secret],
      ...['', '', '', '', ''],
      [', and not ', secret],
      [' again.\r\n'],
    ]);
  });

  test('has the placeholders of the bytes that a policy echoes as it receives them', async () => {
    const echoes: PolicyFunction = async (dialog) => {
      dialog.print('Passcode: ');
      for (;;) {
        const [byte = 0] = await dialog.receive({ length: 1, timeoutSeconds: 5 });
        if (byte === 0x0d) break;
        dialog.print(String.fromCharCode(byte));
      }
      dialog.print('\r\nNot 246810!\r\n');
      return deny(ALICE);
    };
    const bytes = (number: number) => ({ placeholder: `bytes-${number}` });
    const echo = [1, 2, 3, 4, 5, 6].flatMap((number) => [
      { event: 'received', ...bytes(number) },
      { event: 'shown', text: [bytes(number)] },
    ]);
    expect(await moments(echoes, [], '246810\r')).toEqual([
      { event: 'shown', text: 'Passcode: ' },
      ...echo,
      { event: 'received', ...bytes(7) },
      { event: 'shown', text: ['\r\nNot ', ...[1, 2, 3, 4, 5, 6].map(bytes), '!\r\n'] },
      { event: 'outcome', outcome: 'failure', ...ALICE },
    ]);
  });

  test('has the placeholders of the bytes that came, also when no line end came after them', async () => {
    const policy: PolicyFunction = async (dialog) => {
      let typed = '';
      while (typed.length < 6) {
        dialog.print('.');
        const bytes = await dialog.receive({ length: 1, timeoutSeconds: 5 });
        typed += Buffer.from(bytes).toString('latin1');
      }
      dialog.print(`Not ${typed}!`);
      return deny(ALICE);
    };
    const bytes = [1, 2, 3, 4, 5, 6].map((number) => ({ placeholder: `bytes-${number}` }));
    expect(await moments(policy, [], '246810')).toEqual([
      ...bytes.flatMap((placeholder) => [
        { event: 'shown', text: '.' },
        { event: 'received', ...placeholder },
      ]),
      { event: 'shown', text: ['Not ', ...bytes, '!'] },
      { event: 'outcome', outcome: 'failure', ...ALICE },
    ]);
  });
});

test('a secret that the policy showed has the placeholder of what the caller types of it', async () => {
  const policy: PolicyFunction = async (dialog) => {
    dialog.printSecret(Buffer.from('4711'));
    await dialog.askSecret('PIN: ');
    dialog.print('You have typed 4711.');
    return grant(ALICE);
  };
  const pin = { placeholder: 'pin-1' };
  expect(await moments(policy, ['4711\r'])).toEqual([
    { event: 'shown-secret', ...pin },
    { event: 'shown', text: 'PIN: ' },
    { event: 'asked', secret: true },
    { event: 'answered-secret', ...pin },
    { event: 'shown', text: ['You have typed ', pin, '.'] },
    { event: 'outcome', outcome: 'success', ...ALICE },
  ]);
});

test.each<[string, Reaction, TapeMoment[]]>([
  ['says nothing', {}, [{ event: 'unanswered', why: 'timeout' }]],
  ['presses Ctrl-C', { types: 'ali\x03' }, [{ event: 'unanswered', why: 'cancelled' }]],
  ['starts PPP', { types: '~\xff}#\xc0!' }, [{ event: 'unanswered', why: 'ppp' }]],
  [
    'sends empty lines',
    { types: '\r'.repeat(10) },
    [{ event: 'unanswered', why: 'too-many-tries' }],
  ],
])('a caller who %s leaves a tape that says so', async (_, reaction, expected) => {
  const policy: PolicyFunction = async (dialog) =>
    grant({ ...ALICE, userName: await dialog.ask('? ') });
  expect(await moments(policy, [reaction])).toEqual([
    { event: 'shown', text: '? ' },
    { event: 'asked', secret: false },
    ...expected,
    { event: 'outcome', outcome: 'failure', userName: '<no answer>', domain: '<none>' },
  ]);
});

test('a caller who hangs up, and a policy that never decides, leave a tape without a verdict', async () => {
  const asks: PolicyFunction = async (dialog) =>
    grant({ ...ALICE, userName: await dialog.ask('? ') });
  expect(await moments(asks, [{ hangsUp: true }])).toContainEqual({
    event: 'unanswered',
    why: 'hung-up',
  });
  const stuck = await moments(() => new Promise(() => {}), []);
  expect(stuck).toEqual([{ event: 'outcome', outcome: 'ended', why: 'deadline' }]);
});

test.each([
  ['disconnected', 'hung-up', 119_900],
  ['host', 'hung-up', 119_900],
  ['deadline', 'deadline', 0],
] as const)('an end by %s is one on the tape as %s, whatever the time', (endedBy, why, ms) => {
  const clock = new VirtualClock();
  new SimulatedRasServer({ clock }).call((transaction) => {
    const recorder = new TapeRecorder(transaction, { clock });
    clock.advance(ms);
    const { events } = recorder.finish({ id: '1', outcome: 'ended', endedBy });
    expect(events).toEqual([{ t: ms, event: 'outcome', outcome: 'ended', why }]);
  });
  expect.assertions(1);
});

test('a caller who floods gets a tape of bounded size, which says that it was cut', async () => {
  let tape: Tape | undefined;
  new SimulatedRasServer().call((transaction) => {
    const recorder = new TapeRecorder(transaction);
    for (let count = 0; count < 10_000; count++) {
      recorder.observe({ kind: 'answered', line: `line ${count}` });
      recorder.observe({ kind: 'answered-secret', as: 'secret', bytes: Buffer.from(`${count}!`) });
      recorder.observe({ kind: 'shown', text: 'Once more: ' });
    }
    tape = recorder.finish({ id: '1', outcome: 'ended' });
    transaction.complete({ msgId: 2, error: 0, ...ALICE });
  });
  const events = tape?.events ?? [];
  expect(events.length).toBeLessThan(2500);
  expect(events.slice(-2).map(({ event }) => event)).toEqual(['cut', 'outcome']);
});

test('no secret of 3 characters or more, and nothing erased, is in the tape of any dialog', async () => {
  await fc.assert(
    fc.asyncProperty(dialogs(), async (dialog) => {
      const tape = await record(policyOf(dialog), dialog.reactions);
      expect(formatTape(tape)).not.toContain(ERASED);
      const texts = textsOf(tape).join('\n');
      for (const secret of secretsOf(dialog)) {
        if (secret.length >= 3) expect(texts).not.toContain(secret);
        // What no format and no prompt has by itself is not in the file at all.
        if (secret.length >= 10) expect(formatTape(tape)).not.toContain(secret);
      }
    }),
    { numRuns: 150 },
  );
});
