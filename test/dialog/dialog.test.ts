import { deny, grant, type Dialog, type Verdict } from 'rasshost';
import { dial } from '../support/simulated-dialog';
import { useVirtualTime } from '../support/virtual-time';

useVirtualTime();

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

/** When the Receive after the Send that a caller has just seen is outstanding. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** A call whose policy only does this; yields what it returned or threw. */
function converse<T>(
  talk: (dialog: Dialog) => Promise<T>,
  options?: Parameters<typeof dial>[1],
): ReturnType<typeof dial> & { result: Promise<T> } {
  let settle!: (result: Promise<T>) => void;
  const result = new Promise<T>((resolve) => {
    settle = resolve;
  });
  result.catch(() => undefined);
  const policy = async (dialog: Dialog): Promise<Verdict> => {
    const talking = talk(dialog);
    settle(talking);
    await talking;
    return deny(ALICE);
  };
  return { ...dial(policy, options), result };
}

describe.each(['exact', 'available'] as const)('Dialog, receive %s', (receive) => {
  test('asks for a line and echoes it (SD-18, SD-30)', async () => {
    const { caller, result } = converse((dialog) => dialog.ask('Name: '), { receive });
    await caller.sees('Name: ');
    for (const key of 'alicf\be\r') caller.types(key);
    expect(await result).toBe('alice');
    await caller.outcome;
    expect(caller.output).toBe('Name: alicf\b \be\r\n');
  });

  test('takes two answers out of one burst (SD-18)', async () => {
    const { caller, result } = converse(
      async (dialog) => [await dialog.ask('User: '), await dialog.ask('Pass: ')],
      { receive },
    );
    caller.types('alice\r\n123456\r\n');
    expect(await result).toEqual(['alice', '123456']);
  });

  test.each([1, 2, 16])('works with buffers of %p bytes (SD-16, SD-17)', async (size) => {
    const options = { receive, sendBufferSize: size, receiveBufferSize: size, lossySend: true };
    const { caller, result, server } = converse(async (dialog) => {
      dialog.print('Welcome to Contoso\r\n');
      return dialog.ask('Name: ');
    }, options);
    caller.types('alice\r');
    expect(await result).toBe('alice');
    await caller.outcome;
    expect(caller.output).toContain('Welcome to Contoso\r\nName: ');
    expect(server.violations).toEqual([]);
  });
});

describe('Dialog', () => {
  test('sends a text and the question after it in one Send (SD-22)', async () => {
    const { caller, calls } = converse(async (dialog) => {
      dialog.print('Welcome\r\n');
      return dialog.ask('Name: ');
    });
    caller.types('a\r');
    await caller.outcome;
    expect(caller.output).toBe('Welcome\r\nName: a\r\n');
    expect(calls().slice(0, 4)).toEqual(['Begin', 'Send', 'Receive', 'Send']);
  });

  test('sends a text by itself when the policy turns to something else', async () => {
    let carryOn = (): void => undefined;
    const { caller } = converse(async (dialog) => {
      dialog.print('Please wait\r\n');
      await new Promise<void>((resolve) => {
        carryOn = resolve;
      });
    });
    await caller.sees('Please wait\r\n');
    carryOn();
    expect((await caller.outcome).outcome).toBe('failure');
  });

  test('asks again after an empty line', async () => {
    const { caller, result } = converse((dialog) => dialog.ask('Name: '));
    caller.types('\r');
    await caller.sees('Name: \r\nName: ');
    caller.types('alice\r');
    expect(await result).toBe('alice');
  });

  test('accepts an empty line when told to', async () => {
    const { caller, result } = converse((dialog) => dialog.ask('Name: ', { allowEmpty: true }));
    caller.types('\r');
    expect(await result).toBe('');
  });

  test('limits a line to 256 characters, or as many as it is told (SD-12)', async () => {
    const { caller, result } = converse(async (dialog) => [
      await dialog.ask('Name: '),
      await dialog.ask('PIN: ', { maxLength: 4 }),
    ]);
    caller.types(`${'n'.repeat(300)}\r12345\r`);
    expect(await result).toEqual(['n'.repeat(256), '1234']);
    expect(caller.output).toContain('\x07');
  });

  test('shows nothing of a secret, and wipes it at the end (SD-30, SD-32)', async () => {
    const { caller, result } = converse((dialog) => dialog.askSecret('Passcode: '));
    await caller.sees('Passcode: ');
    caller.types('123456\r');
    const secret = await result;
    await caller.outcome;
    expect(caller.output).toBe('Passcode: \r\n');
    expect(() => secret.read()).toThrow(/wiped/);
  });

  test('shows a mask for a secret when told to', async () => {
    const { caller } = converse((dialog) => dialog.askSecret('Passcode: ', { mask: '*' }));
    await caller.sees('Passcode: ');
    caller.types('123\r');
    await caller.outcome;
    expect(caller.output).toBe('Passcode: ***\r\n');
  });

  test('gives up a question in time, however often the caller types (SD-20)', async () => {
    const silent = converse((dialog) => dialog.ask('Name: ', { timeoutSeconds: 5 }));
    await expect(silent.result).rejects.toMatchObject({ code: 'RASSHOST_E_TIMEOUT' });
    const waits = silent.server.trace.flatMap(({ timeoutSeconds = [] }) => timeoutSeconds);
    expect(waits[0]).toBe(5);

    const slow = converse((dialog) => dialog.ask('Name: ', { timeoutSeconds: 5 }));
    const typing = setInterval(() => slow.caller.types('x'), 1500);
    await expect(slow.result).rejects.toMatchObject({ code: 'RASSHOST_E_TIMEOUT' });
    clearInterval(typing);
  });

  test('never waits longer than the dialog may last, and keeps time for the verdict (SD-11, SD-20)', async () => {
    const { caller, server } = converse((dialog) => dialog.ask('Name: ', { timeoutSeconds: 600 }), {
      budgetMs: 20_000,
    });
    expect((await caller.outcome).outcome).toBe('failure');
    expect(server.trace.find(({ timeoutSeconds }) => timeoutSeconds)?.timeoutSeconds).toBe(18);
  });

  test('sends and receives bytes as they are', async () => {
    const { caller, result } = converse(async (dialog) => {
      await dialog.send(Uint8Array.of(0x7e, 0xff, 0x00, 0x0a));
      return dialog.receive({ length: 2, timeoutSeconds: 0 });
    });
    await caller.sees('\x7e\xff\x00\x0a');
    caller.types(Uint8Array.of(0xff, 0x00));
    expect([...(await result)]).toEqual([0xff, 0x00]);
  });

  test('rejects a receive that nobody answers', async () => {
    const { result } = converse((dialog) => dialog.receive({ length: 1, timeoutSeconds: 3 }));
    await expect(result).rejects.toMatchObject({ code: 'RASSHOST_E_TIMEOUT' });
  });

  test('asks one question after the other when a policy asks two at once', async () => {
    const { caller, result, server } = converse((dialog) =>
      Promise.all([dialog.ask('One: '), dialog.ask('Two: ')]),
    );
    await caller.sees('One: ');
    caller.types('1\r');
    await caller.sees('Two: ');
    caller.types('2\r');
    expect(await result).toEqual(['1', '2']);
    expect(server.violations).toEqual([]);
  });

  test('aborts its signal and rejects its question when the caller hangs up (SD-25)', async () => {
    let signal: AbortSignal | undefined;
    const { caller, result } = converse(
      (dialog) => {
        signal = dialog.signal;
        return dialog.ask('Name: ');
      },
      { hangUpEvent: 'silent' },
    );
    await caller.sees('Name: ');
    await nextTurn();
    caller.hangsUp();
    await expect(result).rejects.toMatchObject({ code: 'RASSHOST_E_HUNG_UP' });
    expect(signal?.reason).toMatchObject({ code: 'RASSHOST_E_HUNG_UP' });
  });

  test.each<[string, (dialog: Dialog) => Promise<unknown>]>([
    ['length', (dialog) => dialog.receive({ length: 0, timeoutSeconds: 1 })],
    ['length', (dialog) => dialog.receive({ length: 1501, timeoutSeconds: 1 })],
    ['timeoutSeconds', (dialog) => dialog.receive({ length: 1, timeoutSeconds: 0.5 })],
    ['timeoutSeconds', (dialog) => dialog.ask('?', { timeoutSeconds: 0 })],
    ['timeoutSeconds', (dialog) => dialog.ask('?', { timeoutSeconds: Infinity })],
    ['maxLength', (dialog) => dialog.ask('?', { maxLength: 0 })],
    ['mask', (dialog) => dialog.askSecret('?', { mask: '**' })],
  ])('refuses a bad %s and names it', async (name, talk) => {
    await expect(converse(talk).result).rejects.toMatchObject({
      code: 'RASSHOST_E_OPTION',
      message: expect.stringContaining(name),
    });
  });

  test.each<[string, (dialog: Dialog) => unknown]>([
    ['print', (dialog) => dialog.print('Grüezi')],
    ['ask', (dialog) => dialog.ask('Zoë? ')],
  ])('refuses text for %s that is not ASCII', async (_, talk) => {
    const { result } = converse(async (dialog) => talk(dialog));
    await expect(result).rejects.toMatchObject({ code: 'RASSHOST_E_TEXT' });
  });

  test('knows its port, its modem and its time', async () => {
    const { result } = converse(
      async ({ hPort, deviceName, remainingMs }) => ({ hPort, deviceName, remainingMs }),
      { deviceName: 'Courier V.Everything', budgetMs: 60_000 },
    );
    const { hPort, deviceName, remainingMs } = await result;
    expect([hPort, deviceName]).toEqual([1n, 'Courier V.Everything']);
    expect(remainingMs).toBeGreaterThan(0);
    expect(remainingMs).toBeLessThanOrEqual(60_000);
  });

  test('is over for a policy that goes on after its verdict (SD-23)', async () => {
    let kept!: Dialog;
    const { done } = dial((dialog) => {
      kept = dialog;
      return grant(ALICE);
    });
    await done;
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
