import { DialogTimeout, grant, TooManyTries, type Dialog, type Secret } from 'rasshost';
import { dial, type Caller } from 'rasshost/testing';
import { asked } from '../support/asked';

/** The time-outs that Receives were given. */
function timeouts({ trace }: Caller): number[] {
  return trace.flatMap(({ timeoutSeconds = [] }) => timeoutSeconds);
}

describe.each(['exact', 'available'] as const)('Dialog, receive %s', (receive) => {
  test('asks for a line and echoes it (SD-18, SD-30)', async () => {
    const caller = asked((dialog) => dialog.ask('Name: '), { receive });
    await caller.sees('Name: ');
    for (const key of 'alicf\be\r') caller.types(key);
    await caller.outcome();
    expect(caller.output).toBe('Name: alicf\b \be\r\n["alice"]');
  });

  test('takes two answers out of one burst (SD-18)', async () => {
    const caller = asked(
      async (dialog) => [await dialog.ask('User: '), await dialog.ask('Pass: ')],
      {
        receive,
      },
    );
    caller.types('alice\r\n123456\r\n');
    await caller.sees('[["alice","123456"]]');
  });

  test.each([1, 2, 16])('works with buffers of %p bytes (SD-16, SD-17)', async (size) => {
    const caller = asked(
      async (dialog) => {
        dialog.print('Welcome to Contoso\r\n');
        return dialog.ask('Name: ');
      },
      { receive, sendBufferSize: size, receiveBufferSize: size, lossySend: true },
    );
    caller.types('alice\r');
    await caller.outcome();
    expect(caller.output).toBe('Welcome to Contoso\r\nName: alice\r\n["alice"]');
    expect(caller.violations).toEqual([]);
  });
});

describe('Dialog', () => {
  test('sends a text and the question after it in one Send (SD-22)', async () => {
    const caller = asked(async (dialog) => {
      dialog.print('Welcome\r\n');
      return dialog.ask('Name: ');
    });
    await caller.sees('Welcome\r\nName: ');
    expect(caller.trace.map(({ call }) => call)).toEqual([
      'RasSecurityDialogBegin',
      'RasSecurityDialogSend',
      'RasSecurityDialogReceive',
    ]);
  });

  test('sends a text by itself when the policy turns to something else', async () => {
    let carryOn = (): void => undefined;
    const caller = asked(async (dialog) => {
      dialog.print('Please wait\r\n');
      await new Promise<void>((resolve) => {
        carryOn = resolve;
      });
    });
    await caller.sees('Please wait\r\n');
    carryOn();
    expect(await caller.outcome()).toMatchObject({ outcome: 'success' });
  });

  test('accepts an empty line when told to', async () => {
    const caller = asked((dialog) => dialog.ask('Name: ', { allowEmpty: true }));
    caller.types('\r');
    await caller.sees('[""]');
  });

  test('takes 256 characters, or as many as it is told, and asks again after more (SD-12)', async () => {
    const caller = asked(
      async (dialog) => [
        await dialog.ask('Name: '),
        (await dialog.askSecret('PIN: ', { maxLength: 4 })).text(),
      ],
      {},
      { language: 'de' },
    );
    caller.types(`${'n'.repeat(257)}\r`);
    await caller.sees('\r\nBitte nicht mehr als 256 Zeichen eingeben.\r\nName: ');
    caller.types(`${'n'.repeat(256)}\r12345\r`);
    await caller.sees('\r\nBitte nicht mehr als 4 Zeichen eingeben.\r\nPIN: ');
    caller.types('1234\r');
    await caller.sees(`[["${'n'.repeat(256)}","1234"]]`);
  });

  test('takes an answer that is too long for a try, like an empty one', async () => {
    const caller = asked((dialog) => dialog.ask('PIN: ', { maxLength: 4, tries: 3 }));
    caller.types('12345\r\r123456\r');
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
    expect(caller.reports[0]?.cause).toBeInstanceOf(TooManyTries);
  });

  test('shows nothing of a secret, and wipes it at the end (SD-30, SD-32)', async () => {
    let secret!: Secret;
    const caller = asked(async (dialog) => {
      secret = await dialog.askSecret('Passcode: ');
      return secret;
    });
    await caller.sees('Passcode: ');
    caller.types('123456\r');
    await caller.outcome();
    expect(caller.output).toBe('Passcode: \r\n["[secret]"]');
    expect(() => secret.text()).toThrow(/wiped/);
  });

  test('gives up a question in time, however often the caller types (SD-20)', async () => {
    const silent = asked((dialog) => dialog.ask('Name: ', { timeoutSeconds: 5 }));
    await silent.outcome();
    expect(silent.reports[0]?.cause).toBeInstanceOf(DialogTimeout);
    expect(timeouts(silent)).toEqual([5]);

    const slow = asked((dialog) => dialog.ask('Name: ', { timeoutSeconds: 5 }));
    await slow.sees('Name: ');
    for (const key of 'abc') {
      await slow.waits({ seconds: 1.5 });
      slow.types(key);
      await slow.sees(key);
    }
    await slow.waits({ seconds: 1.5 });
    expect(slow.reports[0]?.cause).toBeInstanceOf(DialogTimeout);
  });

  test('never waits longer than the dialog may last, and keeps time for the verdict (SD-11, SD-20)', async () => {
    const caller = asked((dialog) => dialog.ask('Name: ', { timeoutSeconds: 600 }), {
      dialogSeconds: 20,
    });
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
    expect(timeouts(caller)[0]).toBe(18);
  });

  test('receives as many bytes as it asks for, for as long as the dialog lasts', async () => {
    const receive = async (dialog: Dialog) => [
      ...(await dialog.receive({ length: 2, timeoutSeconds: 0 })),
    ];
    const caller = asked(receive);
    await caller.waits({ seconds: 100 });
    caller.types(Uint8Array.of(0xff, 0x00));
    await caller.sees('[[255,0]]');

    const silent = asked(receive);
    await silent.outcome();
    expect(silent.reports[0]?.cause).toBeInstanceOf(DialogTimeout);
  });

  test('rejects a receive that nobody answers', async () => {
    const caller = asked((dialog) => dialog.receive({ length: 1, timeoutSeconds: 3 }));
    await caller.waits({ seconds: 3 });
    expect(caller.reports[0]?.cause).toBeInstanceOf(DialogTimeout);
  });

  test('asks one question after the other when a policy asks two at once', async () => {
    const caller = asked((dialog) => Promise.all([dialog.ask('One: '), dialog.ask('Two: ')]));
    await caller.sees('One: ');
    caller.types('1\r');
    await caller.sees('Two: ');
    caller.types('2\r');
    await caller.sees('[["1","2"]]');
    expect(caller.violations).toEqual([]);
  });

  test('aborts its signal and rejects its question when the caller hangs up (SD-25)', async () => {
    let signal!: AbortSignal;
    let question!: Promise<string>;
    const caller = asked(
      (dialog) => {
        signal = dialog.signal;
        question = dialog.ask('Name: ');
        return question;
      },
      { hangUpEvent: 'silent' },
    );
    await caller.sees('Name: ');
    caller.hangsUp();
    await expect(question).rejects.toMatchObject({ code: 'RASSHOST_E_HUNG_UP' });
    expect(signal.reason).toMatchObject({ code: 'RASSHOST_E_HUNG_UP' });
  });

  test.each<[string, (dialog: Dialog) => Promise<unknown>]>([
    ['length', (dialog) => dialog.receive({ length: 0, timeoutSeconds: 1 })],
    ['length', (dialog) => dialog.receive({ length: 1501, timeoutSeconds: 1 })],
    ['timeoutSeconds', (dialog) => dialog.receive({ length: 1, timeoutSeconds: 0.5 })],
    ['timeoutSeconds', (dialog) => dialog.ask('?', { timeoutSeconds: 0 })],
    ['timeoutSeconds', (dialog) => dialog.ask('?', { timeoutSeconds: Infinity })],
    ['maxLength', (dialog) => dialog.ask('?', { maxLength: 0 })],
    ['mask', (dialog) => dialog.askSecret('?', { mask: '**' })],
  ])('refuses a bad %s and names it', async (name, ask) => {
    const { thrown } = await asked(ask).outcome();
    expect(thrown).toMatchObject({
      code: 'RASSHOST_E_OPTION',
      message: expect.stringContaining(name),
    });
  });

  test.each<[string, (dialog: Dialog) => unknown]>([
    ['print', (dialog) => dialog.print('Grüezi')],
    ['ask', (dialog) => dialog.ask('Zoë? ')],
  ])('refuses text for %s that is not ASCII', async (_, show) => {
    const { thrown } = await asked(async (dialog) => show(dialog)).outcome();
    expect(thrown).toMatchObject({ code: 'RASSHOST_E_TEXT' });
  });

  test('knows its number, its modem and its time', async () => {
    const caller = asked(
      async (dialog) => {
        await dialog.pause({ seconds: 10 });
        return [dialog.id, dialog.deviceName, dialog.remainingSeconds];
      },
      { deviceName: 'Courier V.Everything', dialogSeconds: 60 },
    );
    await caller.sees('[["1","Courier V.Everything",50]]');
  });

  test('is over for a policy that goes on after its verdict (SD-23)', async () => {
    let kept!: Dialog;
    const caller = dial((dialog) => {
      kept = dialog;
      return grant({ userName: 'alice', domain: 'CONTOSO' });
    });
    await caller.outcome();
    const over = { code: 'RASSHOST_E_OVER' };
    expect(() => kept.print('late')).toThrow(expect.objectContaining(over));
    expect(() => kept.info()).toThrow(expect.objectContaining(over));
    expect(() => kept.holdTermination(async () => undefined)).toThrow(
      expect.objectContaining(over),
    );
    await expect(kept.ask('late')).rejects.toMatchObject(over);
    expect(kept.signal.aborted).toBe(true);
  });
});
