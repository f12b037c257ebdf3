import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  chain,
  deny,
  DialogTimeout,
  grant,
  withDeadline,
  type Dialog,
  type PolicyFunction,
} from 'rasshost';
import { dial, type DialOptions } from 'rasshost/testing';
import { CLOCKS } from '../support/late-clock';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

/** What refuses with a last message. */
function tooLate(dialog: Dialog) {
  dialog.print('Too late.\r\n');
  return deny(ALICE);
}

describe.each(CLOCKS)('withDeadline, on %s', (_, Clock) => {
  const call = (policy: PolicyFunction, options: DialOptions = {}) =>
    dial(policy, { clock: new Clock(), ...options });

  test('changes nothing for a step that is done in time', async () => {
    const caller = call(
      withDeadline(
        { seconds: 5 },
        async (dialog) => grant({ ...ALICE, userName: await dialog.ask('User name: ') }),
        tooLate,
      ),
    );
    await caller.sees('User name: ');
    caller.types('alice\r');
    expect(await caller.outcome()).toMatchObject({ outcome: 'success', ...ALICE });
    expect(caller.violations).toEqual([]);
  });

  test('bounds all prompts of a step together (SD-20)', async () => {
    const clock = new Clock();
    const caller = call(
      withDeadline(
        { seconds: 5 },
        async (dialog) => {
          for (;;) await dialog.ask('More: ', { timeoutSeconds: 4 });
        },
        tooLate,
      ),
      { dialogSeconds: 100, clock },
    );
    await caller.sees('More: ');
    await caller.waits({ seconds: 3 });
    caller.types('one\r');
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure', ...ALICE });
    expect(caller.output).toBe('More: one\r\nMore: Too late.\r\n');
    expect(clock.now()).toBeLessThan(6001);
    expect(caller.violations).toEqual([]);
  });

  test('without otherwise is a missing answer: FAILURE (SD-11)', async () => {
    const caller = call(
      withDeadline({ seconds: 5 }, async (dialog) => {
        await dialog.ask('User name: ');
        return grant(ALICE);
      }),
    );
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure', userName: '<no answer>' });
    expect(caller.reports).toMatchObject([{ cause: { code: 'RASSHOST_E_TIMEOUT' } }]);
  });

  test('drops a back end that is late, and the step can talk to the caller no more', async () => {
    let answer!: (isRight: boolean) => void;
    let late: Promise<unknown> = Promise.resolve();
    let stopped: unknown;
    const clock = new Clock();
    const caller = call(
      withDeadline(
        { seconds: 5 },
        (dialog) => {
          const step = async () => {
            dialog.signal.addEventListener('abort', () => {
              stopped = dialog.signal.reason;
            });
            const isRight = await new Promise<boolean>((resolve) => {
              answer = resolve;
            });
            late = dialog.ask('Still there? ');
            late.catch(() => undefined);
            dialog.print('Late.\r\n');
            return isRight ? grant(ALICE) : deny(ALICE);
          };
          return step();
        },
        async (dialog) => {
          expect(dialog.signal.aborted).toBe(false);
          answer(true);
          await nextTurn();
          return deny({ ...ALICE, userName: await dialog.ask('User name: ') });
        },
      ),
      { clock },
    );
    clock.advance(5001);
    await caller.sees('User name: ');
    caller.types('bob\r');
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure', userName: 'bob' });
    await expect(late).rejects.toMatchObject({ code: 'RASSHOST_E_TIMEOUT' });
    expect(stopped).toBeInstanceOf(DialogTimeout);
    expect(caller.output).toBe('User name: bob\r\n');
    expect(caller.violations).toEqual([]);
  });

  test('ends the dialog of a step with the step, while the policy goes on', async () => {
    let kept!: Dialog;
    const caller = call(
      chain(
        withDeadline({ seconds: 5 }, (dialog) => {
          kept = dialog;
        }),
        async (dialog) => {
          await expect(kept.ask('late')).rejects.toMatchObject({ code: 'RASSHOST_E_OVER' });
          return deny({ ...ALICE, userName: await dialog.ask('User name: ') });
        },
      ),
    );
    await caller.sees('User name: ');
    caller.types('bob\r');
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure', userName: 'bob' });
  });

  test('does not take an error for a deadline (SD-11)', async () => {
    const otherwise = jest.fn(() => grant(ALICE));
    const caller = call(
      withDeadline(
        { seconds: 5 },
        () => {
          throw Object.assign(new Error('token server'), { code: 'ECONNREFUSED' });
        },
        otherwise,
      ),
    );
    expect(await caller.outcome()).toMatchObject({ outcome: 'error', dwError: 1311 });
    expect(otherwise).not.toHaveBeenCalled();
  });

  test('gives a step what is left of the dialog, if that is less', async () => {
    let left = 0;
    const caller = call(
      withDeadline({ seconds: 1000 }, (dialog) => {
        left = dialog.remainingSeconds;
        return deny(ALICE);
      }),
      { dialogSeconds: 60 },
    );
    await caller.outcome();
    expect(left).toBe(58);
  });

  test('runs what comes otherwise, be it that the time for the dialog itself is up', async () => {
    const caller = call(
      withDeadline(
        { seconds: 600 },
        async (dialog) => grant({ ...ALICE, userName: await dialog.ask('? ') }),
        tooLate,
      ),
      { dialogSeconds: 30 },
    );
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure', ...ALICE });
    expect(caller.output).toBe('? Too late.\r\n');
    expect(caller.violations).toEqual([]);
  });

  test('bounds a step within a step by the shorter deadline', async () => {
    const inner = jest.fn(() => deny(ALICE));
    const caller = call(
      withDeadline(
        { seconds: 3 },
        withDeadline(
          { seconds: 50 },
          async (dialog) => grant({ ...ALICE, userName: await dialog.ask('? ') }),
          inner,
        ),
        tooLate,
      ),
    );
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure', ...ALICE });
    expect(caller.output).toBe('? Too late.\r\n');
    expect(inner).not.toHaveBeenCalled();
  });

  test('does not take a hang-up for a deadline (SD-25)', async () => {
    const otherwise = jest.fn(() => deny(ALICE));
    const caller = call(
      withDeadline(
        { seconds: 5 },
        async (dialog) => grant({ ...ALICE, userName: await dialog.ask('User name: ') }),
        otherwise,
      ),
    );
    await caller.sees('User name: ');
    caller.hangsUp();
    await caller.outcome();
    expect(otherwise).not.toHaveBeenCalled();
  });

  test('needs the dialog of a call, and says so to a test that has made one up', async () => {
    const madeUp = { ask: async () => 'alice' } as Partial<Dialog> as Dialog;
    const step = chain(
      (dialog) => dialog.ask('User name: '),
      (_, userName) => deny({ ...ALICE, userName }),
    );
    await step(madeUp);
    await expect(withDeadline({ seconds: 5 }, step)(madeUp)).rejects.toMatchObject({
      code: 'RASSHOST_E_OPTION',
      message: expect.stringContaining('needs the dialog of a call, from RAS or from dial'),
    });
  });

  test.each([0, -1, NaN, Infinity, 3_000_000])('refuses %p seconds when it is made', (seconds) => {
    expect(() => withDeadline({ seconds }, () => deny(ALICE))).toThrow(
      expect.objectContaining({
        code: 'RASSHOST_E_OPTION',
        message: expect.stringContaining(`seconds of withDeadline is ${seconds}, not`),
      }),
    );
  });
});
