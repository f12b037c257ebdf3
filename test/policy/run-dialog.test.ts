import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import {
  CallerHungUp,
  deny,
  fail,
  grant,
  type Dialog,
  type PolicyFunction,
  type Verdict,
} from 'rasshost';
import { RasError } from 'rasshost/rasman';
import { dial, VirtualClock, type Caller } from 'rasshost/testing';
import { logReport } from '../../lib/worker/log';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

/** The names of the calls, without `RasSecurityDialog`. */
function calls({ trace }: Caller): string[] {
  return trace.map(({ call }) => call.replace('RasSecurityDialog', ''));
}

function refuse(): never {
  throw new Error('trap');
}

describe('runDialog', () => {
  test('tells the server the verdict, once (SD-07, SD-08)', async () => {
    const caller = dial(() => grant(ALICE));
    expect(await caller.outcome()).toEqual({ outcome: 'success', ...ALICE, dwError: 0 });
    expect(calls(caller)).toEqual(['Begin', 'Complete', 'End']);
    expect(caller.reports).toEqual([
      { id: '1', outcome: 'success', message: { msgId: 1, error: 0, ...ALICE }, cause: undefined },
    ]);
  });

  test('tells a wrong answer as FAILURE, an inability to judge as ERROR (SD-11)', async () => {
    expect(await dial(() => deny(ALICE)).outcome()).toMatchObject({ outcome: 'failure' });
    expect(await dial(() => fail(1311)).outcome()).toEqual({
      outcome: 'error',
      userName: '',
      domain: '',
      dwError: 1311,
    });
  });

  test.each<[string, number, () => unknown]>([
    [
      'throws',
      645,
      () => {
        throw new Error('bug');
      },
    ],
    [
      'rejects',
      645,
      async () => {
        throw new Error('bug');
      },
    ],
    [
      'throws what is no error',
      645,
      () => {
        throw 'bug' as unknown as Error;
      },
    ],
    [
      'throws a RasError',
      610,
      () => {
        throw new RasError(610, 'RasSecurityDialogSend');
      },
    ],
    [
      'throws a RasError with PENDING',
      645,
      () => {
        throw new RasError(600, 'RasSecurityDialogSend');
      },
    ],
    ['returns nothing', 645, () => undefined],
    ['returns a truthy value', 645, () => true],
    ['returns a look-alike', 645, () => ({ outcome: 'success', ...ALICE })],
    [
      'grants a promise',
      645,
      () => grant({ ...ALICE, userName: Promise.resolve('alice') as unknown as string }),
    ],
  ])(
    'lets nobody in when a policy %s: ERROR %p (SD-10, SD-12, SD-33)',
    async (_, dwError, decide) => {
      const caller = dial(decide as PolicyFunction);
      const thrown: unknown = expect.anything();
      const error = { outcome: 'error', userName: '', domain: '', dwError, thrown };
      expect(await caller.outcome()).toEqual(error);
      expect(caller.reports).toHaveLength(1);
      expect(caller.reports[0]).toHaveProperty('cause');
    },
  );

  test('lets nobody in, and lives, whatever a policy returns or throws (SD-07, SD-10, SD-33)', async () => {
    const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const endless = { get: (): unknown => new Proxy({}, endless) };
    const hostile = fc.constantFrom<() => unknown>(
      () => new Proxy({}, endless),
      () => new Proxy({}, { get: refuse, has: refuse, getPrototypeOf: refuse }),
      () => Object.defineProperty(new Error('bug'), 'code', { get: refuse }),
      () => Object.defineProperty({}, 'then', { get: refuse }),
      () => ({ [Symbol.for('rasshost.verdict')]: { msgId: 1, error: 5, ...ALICE } }),
      () => ({ [Symbol.for('rasshost.verdict')]: { msgId: 1, error: 0 } }),
    );
    const anything = fc.oneof(
      fc.anything({ withNullPrototype: true, withBigInt: true }).map((value) => () => value),
      hostile,
    );
    await fc.assert(
      fc.asyncProperty(anything, fc.boolean(), async (make, thrown) => {
        const caller = dial((() => {
          if (thrown) throw make();
          return make();
        }) as PolicyFunction);
        expect(await caller.outcome()).toMatchObject({ outcome: 'error' });
        expect(caller.reports).toMatchObject([{ outcome: 'error' }]);
        expect(calls(caller).filter((call) => call === 'Complete')).toHaveLength(1);
        caller.reports.forEach(logReport);
        expect(written).toHaveBeenCalled();
        written.mockClear();
      }),
    );
    written.mockRestore();
  });

  test.each([
    ['CONTOSO\\alice', 'CONTOSO\\alice'],
    ['alice ', 'alice '],
    ['M\u00fcller', 'M?ller'],
    ['', '<no answer>'],
    ['u'.repeat(257), `${'u'.repeat(255)}*`],
  ])(
    'refuses a caller who types %j where only an account name can be granted (SD-11, SD-12)',
    async (typed, userName) => {
      const caller = dial(() => grant({ ...ALICE, userName: typed }));
      const failure = { outcome: 'failure', userName, domain: 'CONTOSO', dwError: 0 };
      expect(await caller.outcome()).toEqual(failure);
      expect(caller.reports).toMatchObject([{ cause: { code: 'RASSHOST_E_NAME' } }]);
    },
  );

  test('refuses a caller who does not answer, under a name that no account has (SD-11, SD-21)', async () => {
    const caller = dial(async (dialog) =>
      grant({ ...ALICE, userName: await dialog.ask('Name: ') }),
    );
    expect(await caller.outcome()).toEqual({
      outcome: 'failure',
      userName: '<no answer>',
      domain: '<none>',
      dwError: 0,
    });
  });

  test('says nothing to the server when End came first, and stops the policy (SD-25, SD-26)', async () => {
    let thrown: unknown;
    let complete: jest.SpyInstance | undefined;
    const caller = dial(
      async (dialog) => {
        complete = jest.spyOn(dialog.transaction, 'complete');
        await dialog.ask('Name: ').catch((error: unknown) => {
          thrown = error;
        });
        return grant(ALICE);
      },
      { hangUpEvent: 'silent' },
    );
    await caller.sees('Name: ');
    caller.hangsUp();
    expect(await caller.outcome()).toMatchObject({ outcome: 'ended' });
    await nextTurn();
    expect(thrown).toBeInstanceOf(CallerHungUp);
    expect(complete).not.toHaveBeenCalled();
    expect(calls(caller)).toEqual(['Begin', 'Send', 'Receive', 'End']);
    expect(caller.reports).toMatchObject([
      { outcome: 'ended', cause: { code: 'RASSHOST_E_HUNG_UP' } },
    ]);
  });

  test('ends at once at End, be the policy deaf to it or not (SD-25, SD-26)', async () => {
    let answer!: (verdict: Verdict) => void;
    const caller = dial(
      () =>
        new Promise<Verdict>((resolve) => {
          answer = resolve;
        }),
    );
    caller.hangsUp();
    await caller.outcome();
    answer(grant(ALICE));
    await nextTurn();
    expect(calls(caller)).toEqual(['Begin', 'End']);
    expect(caller.reports).toMatchObject([{ outcome: 'ended' }]);
  });

  test('tells a lost line as ERROR 619 when End has not come yet', async () => {
    const caller = dial(async (dialog) =>
      grant({ ...ALICE, userName: await dialog.ask('Name: ') }),
    );
    await caller.sees('Name: ');
    caller.hangsUp();
    expect(await caller.outcome()).toMatchObject({ outcome: 'error', dwError: 619 });
  });

  test('tells an error code of Send or Receive to the server (SD-14)', async () => {
    const failures = [{ call: 'RasSecurityDialogReceive', error: 614 }] as const;
    const caller = dial(
      async (dialog) => grant({ ...ALICE, userName: await dialog.ask('Name: ') }),
      { failures },
    );
    expect(await caller.outcome()).toMatchObject({ outcome: 'error', dwError: 614 });
  });

  test('hears of the deadline, and does not complete a second time (SD-07)', async () => {
    const clock = new VirtualClock();
    const caller = dial(() => new Promise<never>(() => undefined), { dialogSeconds: 5, clock });
    clock.advance(5000);
    expect(await caller.outcome()).toMatchObject({ outcome: 'error', dwError: 638 });
    expect(calls(caller).filter((call) => call === 'Complete')).toHaveLength(1);
    expect(caller.reports).toMatchObject([
      { outcome: 'ended', cause: { code: 'RASSHOST_E_TIMEOUT' } },
    ]);
  });

  test('has the last message delivered before the verdict (SD-22)', async () => {
    const caller = dial(
      (dialog) => {
        dialog.print('Access denied\r\n');
        return deny(ALICE);
      },
      { lossySend: true, sendBufferSize: 4 },
    );
    await caller.outcome();
    expect(caller.output).toBe('Access denied\r\n');
    expect(calls(caller).slice(-4)).toEqual(['Receive', 'GetInfo', 'Complete', 'End']);
    expect(caller.violations).toEqual([]);
  });

  test('keeps its verdict when the last message cannot be delivered', async () => {
    const failures = [{ call: 'RasSecurityDialogSend', error: 630 }] as const;
    const caller = dial(
      (dialog) => {
        dialog.print('Access denied\r\n');
        return deny(ALICE);
      },
      { failures },
    );
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
  });

  test('gives the verdict while a question is still open, which then is rejected', async () => {
    let question!: Promise<unknown>;
    const caller = dial(async (dialog) => {
      question = dialog.ask('Name: ').catch((error: unknown) => error);
      await nextTurn();
      return deny(ALICE);
    });
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
    expect(await question).toMatchObject({ code: 'RASSHOST_E_OVER' });
    const history = expect(caller.sees('Welcome')).rejects;
    await history.toThrow('the policy went on without an answer');
    await history.not.toThrow('the line failed');
  });

  test('says in the log that the last text was not sent, because a question was still open', async () => {
    const caller = dial(async (dialog) => {
      await Promise.race([dialog.ask('Name: '), nextTurn()]);
      dialog.print('Access denied\r\n');
      return deny(ALICE);
    });
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
    expect(caller.output).toBe('Name: ');
    expect(caller.log).toMatchObject([
      {
        level: 'warn',
        text: 'the last text was not sent: a question was still open (use dialog.race)',
      },
    ]);
  });

  test('survives an answer that the policy never waits for', async () => {
    const caller = dial(
      (dialog) => {
        void dialog.ask('Name: ');
        return deny(ALICE);
      },
      { failures: [{ call: 'RasSecurityDialogReceive', error: 630 }] },
    );
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
    await nextTurn();
  });

  test('keeps 64 callers apart, whoever answers first (SD-28)', async () => {
    const policy = async (dialog: Dialog): Promise<Verdict> => {
      const userName = await dialog.ask('Name: ');
      const secret = await dialog.askSecret('Passcode: ');
      return (secret.equals(userName.slice(4)) ? grant : deny)({ userName, domain: 'CONTOSO' });
    };
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, async (_, n) => {
        const caller = dial(policy);
        caller.types(`user${n}\r`);
        await caller.sees('Passcode: ');
        caller.types(n % 2 ? `${n}\r` : 'wrong\r');
        return caller.outcome();
      }),
    );
    expect(outcomes).toEqual(
      Array.from({ length: 64 }, (_, n) => ({
        outcome: n % 2 ? 'success' : 'failure',
        userName: `user${n}`,
        domain: 'CONTOSO',
        dwError: 0,
      })),
    );
  });
});

describe('holdTermination', () => {
  test('delays the end of the call until the clean-up is done (SD-24)', async () => {
    let callsBefore: string[] = [];
    const caller = dial((dialog) => {
      dialog.holdTermination(async () => {
        await nextTurn();
        callsBefore = calls(caller);
      });
      return grant(ALICE);
    });
    expect(await caller.outcome()).toMatchObject({ outcome: 'success' });
    expect(callsBefore).toEqual(['Begin', 'Complete', 'End']);
    expect(calls(caller)).toEqual([...callsBefore, 'Complete']);
  });

  test('runs the clean-up also when the caller hangs up (SD-24, SD-25)', async () => {
    const cleanUp = jest.fn(async () => undefined);
    const caller = dial(
      async (dialog) => {
        dialog.holdTermination(cleanUp);
        await dialog.ask('Name: ');
        return grant(ALICE);
      },
      { hangUpEvent: 'silent' },
    );
    await caller.sees('Name: ');
    caller.hangsUp();
    expect(await caller.outcome()).toMatchObject({ outcome: 'ended' });
    expect(cleanUp).toHaveBeenCalledTimes(1);
    expect(caller.trace.at(-2)).toMatchObject({ call: 'RasSecurityDialogEnd', result: 0 });
    expect(calls(caller).at(-1)).toBe('Complete');
  });

  test('gives up a clean-up that never ends, tells it so, and runs the others (SD-24)', async () => {
    const clock = new VirtualClock();
    const other = jest.fn(async () => undefined);
    let signal!: AbortSignal;
    const caller = dial(
      (dialog) => {
        dialog.holdTermination(other);
        dialog.holdTermination((ofCleanUp) => {
          signal = ofCleanUp;
          return new Promise(() => undefined);
        });
        return grant(ALICE);
      },
      { clock },
    );
    const outcome = caller.outcome();
    while (!calls(caller).includes('End')) await nextTurn();
    await nextTurn();
    expect(signal.aborted).toBe(false);
    clock.advance(600_000);
    expect(signal.aborted).toBe(true);
    expect(await outcome).toMatchObject({ outcome: 'success' });
    expect(other).toHaveBeenCalledTimes(1);
    expect(calls(caller).at(-1)).toBe('Complete');
    expect(caller.reports).toMatchObject([
      { outcome: 'success' },
      { outcome: 'cleanup-failed', why: expect.stringContaining('no end within 600 s') },
    ]);
  });

  test('runs every clean-up, the last first, whatever one of them throws (SD-24)', async () => {
    const order: number[] = [];
    const caller = dial((dialog) => {
      for (const n of [1, 2, 3]) {
        dialog.holdTermination(async () => {
          order.push(n);
          if (n === 2) throw new Error('no disk');
        });
      }
      throw new Error('bug');
    });
    await caller.outcome();
    expect(order).toEqual([3, 2, 1]);
    expect(caller.reports).toMatchObject([
      { outcome: 'error', cause: { message: 'bug' } },
      { outcome: 'cleanup-failed', cause: { message: 'no disk' } },
    ]);
  });
});
