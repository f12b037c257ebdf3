import fc from 'fast-check';
import {
  CallerHungUp,
  deny,
  fail,
  grant,
  RasError,
  type Dialog,
  type PolicyFunction,
  type Verdict,
} from 'rasshost';
import { logReport } from '../../lib/worker/log';
import { dial } from '../support/simulated-dialog';
import { useVirtualTime } from '../support/virtual-time';

useVirtualTime();

const ALICE = { userName: 'alice', domain: 'CONTOSO' };
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

function refuse(): never {
  throw new Error('trap');
}

/** How often each function was called. */
function count(calls: string[], name: string): number {
  return calls.filter((call) => call === name).length;
}

describe('runDialog', () => {
  test('tells the server the verdict, once (SD-07, SD-08)', async () => {
    const { caller, reports, calls, done } = dial(() => grant(ALICE));
    expect(await caller.outcome).toEqual({ outcome: 'success', ...ALICE, dwError: 0 });
    await done;
    expect(calls()).toEqual(['Begin', 'Complete', 'End']);
    expect(reports).toEqual([
      { id: 1n, outcome: 'success', message: { msgId: 1, error: 0, ...ALICE }, cause: undefined },
    ]);
  });

  test('tells a wrong answer as FAILURE, an inability to judge as ERROR (SD-11)', async () => {
    expect(await dial(() => deny(ALICE)).caller.outcome).toMatchObject({ outcome: 'failure' });
    expect(await dial(() => fail(1311)).caller.outcome).toEqual({
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
    ['grants a name that is too long', 645, () => grant({ ...ALICE, userName: 'u'.repeat(257) })],
    ['grants nobody', 645, () => grant({ ...ALICE, userName: '' })],
  ])(
    'lets nobody in when a policy %s: ERROR %p (SD-10, SD-12, SD-33)',
    async (_, dwError, decide) => {
      const { caller, reports, done } = dial(decide as PolicyFunction);
      expect(await caller.outcome).toEqual({ outcome: 'error', userName: '', domain: '', dwError });
      await done;
      expect(reports).toHaveLength(1);
      expect(reports[0]).toHaveProperty('cause');
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
        const { caller, reports, calls, done } = dial((() => {
          if (thrown) throw make();
          return make();
        }) as PolicyFunction);
        expect(await caller.outcome).toMatchObject({ outcome: 'error' });
        await done;
        expect(reports).toMatchObject([{ outcome: 'error' }]);
        expect(count(calls(), 'Complete')).toBe(1);
        reports.forEach(logReport);
        expect(written).toHaveBeenCalled();
      }),
    );
  });

  test('refuses a caller who does not answer, under a name that no account has (SD-11, SD-21)', async () => {
    const { caller } = dial(async (dialog) =>
      grant({ ...ALICE, userName: await dialog.ask('Name: ') }),
    );
    expect(await caller.outcome).toEqual({
      outcome: 'failure',
      userName: '<no answer>',
      domain: '<none>',
      dwError: 0,
    });
  });

  test('says nothing to the server when End came first, and stops the policy (SD-25, SD-26)', async () => {
    let thrown: unknown;
    let complete: jest.SpyInstance | undefined;
    const { caller, calls, reports, done } = dial(
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
    await nextTurn();
    caller.hangsUp();
    expect(await caller.outcome).toMatchObject({ outcome: 'ended' });
    await done;
    await nextTurn();
    expect(thrown).toBeInstanceOf(CallerHungUp);
    expect(complete).not.toHaveBeenCalled();
    expect(calls()).toEqual(['Begin', 'Send', 'Receive', 'End']);
    expect(reports).toMatchObject([{ outcome: 'ended', cause: { code: 'RASSHOST_E_HUNG_UP' } }]);
  });

  test('ends at once at End, be the policy deaf to it or not (SD-25, SD-26)', async () => {
    let answer!: (verdict: Verdict) => void;
    const { caller, calls, reports, done } = dial(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    await nextTurn();
    caller.hangsUp();
    await done;
    answer(grant(ALICE));
    await nextTurn();
    expect(calls()).toEqual(['Begin', 'End']);
    expect(reports).toMatchObject([{ outcome: 'ended' }]);
  });

  test('tells a lost line as ERROR 619 when End has not come yet', async () => {
    const { caller } = dial(async (dialog) =>
      grant({ ...ALICE, userName: await dialog.ask('Name: ') }),
    );
    await caller.sees('Name: ');
    await nextTurn();
    caller.hangsUp();
    expect(await caller.outcome).toMatchObject({ outcome: 'error', dwError: 619 });
  });

  test('tells an error code of Send or Receive to the server (SD-14)', async () => {
    const failures = [{ call: 'RasSecurityDialogReceive', error: 614 }] as const;
    const { caller } = dial(
      async (dialog) => grant({ ...ALICE, userName: await dialog.ask('Name: ') }),
      { failures },
    );
    expect(await caller.outcome).toMatchObject({ outcome: 'error', dwError: 614 });
  });

  test('hears of the deadline, and does not complete a second time (SD-07)', async () => {
    const { caller, calls, reports, done } = dial(() => new Promise(() => undefined), {
      budgetMs: 5000,
    });
    expect(await caller.outcome).toMatchObject({ outcome: 'error', dwError: 638 });
    await done;
    expect(count(calls(), 'Complete')).toBe(1);
    expect(reports).toMatchObject([{ outcome: 'ended', cause: { code: 'RASSHOST_E_TIMEOUT' } }]);
  });

  test('has the last message delivered before the verdict (SD-22)', async () => {
    const { caller, calls, server } = dial(
      (dialog) => {
        dialog.print('Access denied\r\n');
        return deny(ALICE);
      },
      { lossySend: true, sendBufferSize: 4 },
    );
    await caller.outcome;
    expect(caller.output).toBe('Access denied\r\n');
    expect(calls().slice(-4)).toEqual(['Receive', 'GetInfo', 'Complete', 'End']);
    expect(server.violations).toEqual([]);
  });

  test('keeps its verdict when the last message cannot be delivered', async () => {
    const failures = [{ call: 'RasSecurityDialogSend', error: 630 }] as const;
    const { caller } = dial(
      (dialog) => {
        dialog.print('Access denied\r\n');
        return deny(ALICE);
      },
      { failures },
    );
    expect(await caller.outcome).toMatchObject({ outcome: 'failure' });
  });

  test('gives the verdict while a question is still open, which then is rejected', async () => {
    let question!: Promise<unknown>;
    const { caller } = dial(async (dialog) => {
      question = dialog.ask('Name: ').catch((error: unknown) => error);
      await nextTurn();
      return deny(ALICE);
    });
    expect(await caller.outcome).toMatchObject({ outcome: 'failure' });
    expect(await question).toMatchObject({ code: 'RASSHOST_E_OVER' });
  });

  test('survives an answer that the policy never waits for', async () => {
    const { caller } = dial(
      (dialog) => {
        void dialog.ask('Name: ');
        return deny(ALICE);
      },
      { failures: [{ call: 'RasSecurityDialogReceive', error: 630 }] },
    );
    expect(await caller.outcome).toMatchObject({ outcome: 'failure' });
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
        const { caller } = dial(policy);
        caller.types(`user${n}\r`);
        await caller.sees('Passcode: ');
        caller.types(n % 2 ? `${n}\r` : 'wrong\r');
        return caller.outcome;
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
    const order: string[] = [];
    const { caller, calls, done } = dial((dialog) => {
      dialog.holdTermination(async () => {
        await nextTurn();
        order.push('clean-up');
      });
      return grant(ALICE);
    });
    void caller.outcome.then(() => order.push('over'));
    await done;
    await caller.outcome;
    expect(order).toEqual(['clean-up', 'over']);
    expect(calls()).toEqual(['Begin', 'Complete', 'End', 'Complete']);
  });

  test('runs the clean-up also when the caller hangs up (SD-24, SD-25)', async () => {
    const cleanUp = jest.fn(async () => undefined);
    const { caller, calls, done, server } = dial(
      async (dialog) => {
        dialog.holdTermination(cleanUp);
        await dialog.ask('Name: ');
        return grant(ALICE);
      },
      { hangUpEvent: 'silent' },
    );
    await caller.sees('Name: ');
    await nextTurn();
    caller.hangsUp();
    await done;
    expect(await caller.outcome).toMatchObject({ outcome: 'ended' });
    expect(cleanUp).toHaveBeenCalledTimes(1);
    expect(server.trace.at(-2)).toMatchObject({ call: 'RasSecurityDialogEnd', result: 0 });
    expect(calls().at(-1)).toBe('Complete');
  });

  test('runs every clean-up, the last first, whatever one of them throws (SD-24)', async () => {
    const order: number[] = [];
    const { reports, done } = dial((dialog) => {
      for (const n of [1, 2, 3]) {
        dialog.holdTermination(async () => {
          order.push(n);
          if (n === 2) throw new Error('no disk');
        });
      }
      throw new Error('bug');
    });
    await done;
    expect(order).toEqual([3, 2, 1]);
    expect(reports).toMatchObject([
      { outcome: 'error', cause: { message: 'bug' } },
      { outcome: 'cleanup-failed', cause: { message: 'no disk' } },
    ]);
  });
});
