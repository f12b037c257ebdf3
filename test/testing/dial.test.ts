import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePolicy, deny, grant, type Dialog } from 'rasshost';
import { dial, VirtualClock } from '../../lib/testing';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };
const NOBODY = { userName: '<no answer>', domain: '<none>' };

const login = definePolicy(async (dialog) => {
  const userName = await dialog.ask('User name: ');
  const passcode = await dialog.askSecret('Passcode: ', { mask: '*' });
  dialog.print('Thank you.\r\n');
  return passcode.equals('123456') ? grant({ ...ALICE, userName }) : deny({ ...ALICE, userName });
});

/** What something is rejected with. */
async function rejection(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.then(
    () => new Error('nothing was thrown'),
    (reason: unknown) => reason,
  );
  return error as Error;
}

describe('a conversation', () => {
  test('reads like one: prompts, keys, the screen, the outcome', async () => {
    const caller = dial(login);
    await caller.sees('User name: ');
    caller.types('alicf\be\r');
    await caller.sees('Passcode: ');
    caller.types('1234567\b\r');
    await caller.sees('Thank you.');
    expect(caller.screen).toBe('User name: alice\nPasscode: ******\nThank you.');
    expect(caller.output).toContain('alicf\b \be');
    expect(await caller.outcome()).toEqual({ outcome: 'success', ...ALICE, dwError: 0 });
    expect(caller.violations).toEqual([]);
    expect(caller.trace[0]).toMatchObject({ call: 'RasSecurityDialogBegin' });
    expect(caller.reports).toMatchObject([{ outcome: 'success' }]);
  });

  test('finds each text after the one before, and numbers in it', async () => {
    const caller = dial(async (dialog) => {
      dialog.print('Challenge: 4711\r\nChallenge: 1234\r\n');
      await dialog.ask('Response: ');
      return deny(ALICE);
    });
    expect((await caller.sees(/Challenge: (\d+)\r/g))[1]).toBe('4711');
    expect((await caller.sees(/Challenge: (\d+)\r/g))[1]).toBe('1234');
    await caller.sees('Response: ');
    await expect(caller.sees('Challenge: ')).rejects.toThrow('did not see "Challenge: "');
  });

  test('has the characters of the policy, and bytes that are none of them', async () => {
    const caller = dial(
      definePolicy(async (dialog) => deny({ ...ALICE, userName: await dialog.ask('Prüfzahl: ') }), {
        codePage: 'windows-1252',
      }),
    );
    await caller.sees('Prüfzahl: ');
    caller.types(Uint8Array.of(0x80, 0x07));
    caller.types('ü\b1\r');
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
    expect(caller.screen).toBe('Prüfzahl: €1');
    expect(() => caller.types('ф')).toThrow('RASSHOST_E_TEXT');
  });

  test.each<[string, (caller: ReturnType<typeof dial>) => void, object]>([
    ['hangs up', (caller) => caller.hangsUp(), { outcome: 'error', dwError: 619 }],
    ['cancels', (caller) => caller.cancels(), { outcome: 'failure', ...NOBODY }],
    ['starts PPP', (caller) => caller.startsPpp(), { outcome: 'failure', ...NOBODY }],
    ['says nothing', () => undefined, { outcome: 'failure', ...NOBODY }],
  ])('ends when the caller %s', async (_, act, expected) => {
    const caller = dial(login);
    await caller.sees('User name: ');
    act(caller);
    expect(await caller.outcome()).toMatchObject(expected);
    expect(caller.violations).toEqual([]);
  });

  test('tells what was thrown, for an ERROR', async () => {
    const bug = new Error('bug');
    const caller = dial(() => {
      throw bug;
    });
    expect(await caller.outcome()).toMatchObject({ outcome: 'error', dwError: 645, thrown: bug });
  });

  test('is with the policy of a file, too', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rasshost-dial-'));
    const file = join(directory, 'policy.ts');
    writeFileSync(
      file,
      `import { definePolicy, deny } from 'rasshost';
       export default definePolicy(() => deny(${JSON.stringify(ALICE)}));`,
    );
    try {
      const caller = await dial(file);
      expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
      await expect(dial(join(directory, 'none.ts'))).rejects.toThrow('RASSHOST_E_POLICY_NOT_FOUND');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('time', () => {
  test('passes while the caller is awaited: prompts and pauses end by themselves', async () => {
    const times: number[] = [];
    const caller = dial(async (dialog) => {
      await dialog.pause({ seconds: 40 });
      times.push(dialog.clock.now());
      await dialog.ask('Name: ', { timeoutSeconds: 20 }).catch(() => undefined);
      times.push(dialog.clock.now());
      return deny(ALICE);
    });
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
    expect(times).toEqual([40_000, 60_000]);
  });

  test('passes as far as the caller waits, and no further', async () => {
    const clock = new VirtualClock();
    const caller = dial(login, { clock });
    await caller.sees('User name: ');
    await caller.waits({ seconds: 59.5 });
    expect(clock.now()).toBe(59_500);
    caller.types('alice\r');
    await caller.sees('Passcode: ');
    await caller.waits({ seconds: 10 });
    expect(clock.now()).toBe(69_500);
    await caller.waits({ seconds: 600 });
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure', ...NOBODY });
  });

  test('stands still while the policy waits for something real', async () => {
    const clock = new VirtualClock();
    const caller = dial(
      async (dialog) => {
        const cancel = dialog.clock.after(1000, () => {
          throw new Error('due');
        });
        await readFile(__filename);
        await new Promise((resolve) => setTimeout(resolve, 30));
        cancel();
        return grant(ALICE);
      },
      { clock },
    );
    expect(await caller.outcome()).toMatchObject({ outcome: 'success' });
    expect(clock.now()).toBe(0);
  });

  test('stands still while nobody awaits the caller, so that a real answer wins against a prompt', async () => {
    let approve!: () => void;
    const approved = new Promise<void>((resolve) => (approve = resolve));
    const caller = dial(async (dialog) => {
      await Promise.race([approved, dialog.ask('Approve it, or type the code: ')]);
      return grant(ALICE);
    });
    await caller.sees('code: ');
    await readFile(__filename).then(approve);
    expect(await caller.outcome()).toMatchObject({ outcome: 'success' });
  });

  test('passes all the same when the caller waits for a policy that is stuck', async () => {
    const stuck = (dialog: Dialog) =>
      new Promise<never>((_, reject) => {
        dialog.clock.after(30_000, () => reject(new Error('too slow')));
      });
    const caller = dial(stuck, { patienceSeconds: 0.02 });
    await expect(caller.outcome()).rejects.toThrow(
      /for 0.02 seconds of real time the policy has not waited for the caller/,
    );
    await caller.waits({ seconds: 30 });
    expect(await caller.outcome()).toMatchObject({ outcome: 'error', dwError: 645 });
  });

  test('has the date of the test, and one only', () => {
    const at = '2026-01-05T12:00Z';
    for (const clock of ['real', new VirtualClock({ at })] as const) {
      expect(() => dial(login, { clock, at })).toThrow(
        'RASSHOST_E_OPTION: dial was given both at and a clock',
      );
    }
    expect(() => dial(login, { at: '2026-01-05' })).toThrow('RASSHOST_E_OPTION');
  });

  test('is real on request', async () => {
    const caller = dial(
      async (dialog) => deny({ ...ALICE, userName: await dialog.ask('Name: ') }),
      { clock: 'real' },
    );
    await caller.waits({ seconds: 0.03 });
    caller.types('bob\r');
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure', userName: 'bob' });
  });
});

describe('a failure', () => {
  test('shows the terminal and what the policy did, but no secret, and begins in the test', async () => {
    const caller = dial(login);
    await caller.sees('User name: ');
    caller.types('alice\r');
    await caller.sees('Passcode: ');
    caller.types('geheim\r');
    const error = await rejection(caller.sees('Welcome'));
    expect(error.message).toBe(
      [
        'RASSHOST_E_EXPECTATION: the caller did not see "Welcome": the call is over',
        '+------------------------------------------+',
        '| User name: alice                         |',
        '| Passcode: ******                         |',
        '| Thank you.                               |',
        '+------------------------------------------+',
        'What happened:',
        '      0.0 s  the policy showed "User name: "',
        '      0.0 s  the policy asked for a line',
        '      0.0 s  the caller answered "alice"',
        '      0.0 s  the policy showed "Passcode: "',
        '      0.0 s  the policy asked for a secret',
        '      0.0 s  the caller answered with a secret',
        '      0.0 s  the policy showed "Thank you.\\r\\n"',
        '      1.0 s  ended: failure CONTOSO\\alice',
        '',
      ].join('\n'),
    );
    const [, first = ''] = /^ +at (.*)$/m.exec(error.stack ?? '') ?? [];
    expect(first).toContain(__filename);
  });

  test('shows no secret that the policy has printed or thrown, nor the stack of what it threw', async () => {
    const caller = dial(async (dialog) => {
      const passcode = (await dialog.askSecret('Passcode: ')).text();
      dialog.print(`Checking ${passcode}\r\f`);
      throw new Error(`no server for ${passcode}`);
    });
    await caller.sees('Passcode: ');
    caller.types('geheim\r');
    const error = await rejection(caller.sees('Welcome'));
    expect(error.message).toContain('the policy showed "Checking [secret]\\r\\f"\n');
    expect(error.message).toMatch(/because of Error: no server for \[secret\]\n$/);
    expect(error.message).not.toContain('geheim');
  });

  test('comes when the dialog has ended by its own time-outs', async () => {
    const error = await rejection(dial(login).sees('never shown'));
    expect(error.message).toContain('     60.0 s  the caller did not answer in time');
    expect(error.message).toContain('     60.0 s  because of DialogTimeout: RASSHOST_E_TIMEOUT');
  });
});
