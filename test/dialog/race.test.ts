import { setTimeout as realTime } from 'node:timers/promises';
import {
  CallerCancelled,
  deny,
  DialogTimeout,
  grant,
  withDeadline,
  type Dialog,
  type PolicyFunction,
} from 'rasshost';
import { dial, type Caller } from 'rasshost/testing';
import { asked } from '../support/asked';
import { CLOCKS } from '../support/late-clock';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

/** The time-outs that Receives were given. */
function timeouts({ trace }: Caller): number[] {
  return trace.flatMap(({ timeoutSeconds = [] }) => timeoutSeconds);
}

/** For a push that nobody answers, beside whose question time is to pass. */
const IMPATIENT = { patienceSeconds: 0.02 };

/** A push to a phone, which is approved or denied when the test says so. */
function push() {
  let answer!: (isApproved: boolean) => void;
  const answered = new Promise<boolean>((resolve) => {
    answer = resolve;
  });
  return { answer, answered };
}

/** Right by passcode or by push; says which. */
function passcodeOrPush(answered: Promise<boolean>): PolicyFunction {
  return async (dialog) => {
    const isRight = await dialog.race(
      async (dialog) => (await dialog.askSecret('Passcode: ')).equals('123456'),
      () => answered,
    );
    dialog.print(isRight ? '\r\nWelcome.\r\n' : '\r\nAccess denied.\r\n');
    return isRight ? grant(ALICE) : deny(ALICE);
  };
}

describe.each(CLOCKS)('race, on %s', (_, Clock) => {
  test('yields what is first, and the last words arrive, though a question was open (SD-22)', async () => {
    const { answer, answered } = push();
    const clock = new Clock();
    const caller = dial(passcodeOrPush(answered), { clock, lossySend: true, ...IMPATIENT });
    await caller.sees('Passcode: ');
    await caller.waits({ seconds: 7 });
    answer(true);
    expect(await caller.outcome()).toMatchObject({ outcome: 'success' });
    expect(caller.output).toBe('Passcode: \r\nWelcome.\r\n');
    expect(caller.violations).toEqual([]);
    // What is left of the slice, and a second for the last Send.
    expect(clock.now()).toBeLessThan(10_001);
  });

  test('is won by an answer, too, and cancels what loses', async () => {
    let signal!: AbortSignal;
    const caller = asked((dialog) =>
      dialog.race(
        (dialog) => dialog.ask('Code: '),
        (dialog) => {
          ({ signal } = dialog);
          return new Promise<never>(() => undefined);
        },
      ),
    );
    await caller.sees('Code: ');
    expect(signal.aborted).toBe(false);
    caller.types('42\r');
    await caller.sees('["42"]');
    expect(signal.reason).toMatchObject({ code: 'RASSHOST_E_OVER' });
  });

  test('listens in slices of two seconds, where a plain question has one Receive', async () => {
    const never = () => new Promise<never>(() => undefined);
    const clock = new Clock();
    const caller = asked(
      (dialog) => dialog.race((dialog) => dialog.ask('? ', { timeoutSeconds: 5 }), never),
      { clock, ...IMPATIENT },
    );
    await caller.sees('? ');
    await caller.waits({ seconds: 5 });
    await caller.outcome();
    expect(caller.reports[0]?.cause).toBeInstanceOf(DialogTimeout);
    expect(timeouts(caller)).toEqual([2, 2, 1]);

    const plain = asked((dialog) => dialog.ask('? ', { timeoutSeconds: 5 }));
    await plain.outcome();
    expect(timeouts(plain)).toEqual([5]);
  });

  test('goes on without those who yield undefined, and yields that when there is nobody left', async () => {
    const caller = asked((dialog) =>
      dialog.race(
        () => undefined,
        (dialog) => dialog.ask('Code: '),
      ),
    );
    await caller.sees('Code: ');
    caller.types('42\r');
    await caller.sees('["42"]');

    const without = asked((dialog) =>
      dialog.race(
        () => undefined,
        async () => undefined,
      ),
    );
    await without.outcome();
    expect(without.output).toBe('[undefined]');
  });

  test.each(['at once', 'later'])('ends with what a contender throws %s', async (when) => {
    const caller = asked((dialog) =>
      dialog.race(
        (dialog) => dialog.ask('Code: '),
        async (dialog) => {
          if (when === 'later') await dialog.pause({ seconds: 3 });
          throw Object.assign(new Error('no push'), { code: 'ECONNREFUSED' });
        },
      ),
    );
    expect(await caller.outcome()).toMatchObject({ outcome: 'error', dwError: 1311 });
    expect(caller.violations).toEqual([]);
  });

  test('ends with a caller who gives no answer, and with one who hangs up (SD-11, SD-25)', async () => {
    const cancelled = dial(passcodeOrPush(push().answered));
    await cancelled.sees('Passcode: ');
    cancelled.cancels();
    expect(await cancelled.outcome()).toMatchObject({ outcome: 'failure' });
    expect(cancelled.reports[0]?.cause).toBeInstanceOf(CallerCancelled);

    const gone = dial(passcodeOrPush(push().answered), { hangUpEvent: 'silent' });
    await gone.sees('Passcode: ');
    gone.hangsUp();
    expect(await gone.outcome()).toMatchObject({ outcome: 'ended' });
  });

  test('lets a contender poll with pauses beside the question of another', async () => {
    const clock = new Clock();
    const polled: number[] = [];
    const caller = asked(
      (dialog) =>
        dialog.race(
          (dialog) => dialog.askSecret('Passcode: '),
          async (dialog) => {
            for (;;) {
              await dialog.pause({ seconds: 3 });
              polled.push(Math.round(clock.now()));
              if (polled.length === 3) return 'approved';
            }
          },
        ),
      { clock },
    );
    await caller.sees('["approved"]');
    expect(polled).toEqual([3000, 6000, 9000]);
  });

  test('sends what is printed beside a question within two seconds, and the answer may still come', async () => {
    const clock = new Clock();
    const caller = asked(
      (dialog) =>
        dialog.race(
          (dialog) => dialog.ask('Code: '),
          async (dialog) => {
            await dialog.pause({ seconds: 3 });
            dialog.print('\r\nA push is on its way to your phone.\r\n');
            return undefined;
          },
        ),
      { clock, sendBufferSize: 16, lossySend: true },
    );
    await caller.sees('to your phone.\r\n');
    // Three Sends, each with a Receive of a second.
    expect(clock.now()).toBeLessThan(8_000);
    caller.types('42\r');
    await caller.sees('["42"]');
    expect(caller.violations).toEqual([]);
  });

  test('lets a contender ask a server again and again: no time passes while the server is asked', async () => {
    const clock = new Clock();
    let polls = 0;
    const caller = asked(
      (dialog) =>
        dialog.race(
          (dialog) => dialog.ask('Code: ', { timeoutSeconds: 30 }),
          async (dialog) => {
            for (;;) {
              await realTime(20);
              if (++polls === 3) return 'approved';
              await dialog.pause({ seconds: 2 });
            }
          },
        ),
      { clock },
    );
    await caller.sees('["approved"]');
    // Two pauses, and the rest of a slice.
    expect(clock.now()).toBeLessThan(7000);
  });

  test('knows who is at something else when races are within races', async () => {
    const clock = new Clock();
    const caller = asked(
      (dialog) =>
        dialog.race(
          (dialog) =>
            dialog.race(
              (dialog) => dialog.ask('Code: ', { timeoutSeconds: 30 }),
              () => realTime(20).then(() => undefined),
            ),
          (dialog) => dialog.pause({ seconds: 1000 }),
        ),
      // So long that the test would not live to see the end of it.
      { clock, patienceSeconds: 3600 },
    );
    await caller.sees('Code: ');
    await caller.waits({ seconds: 10 });
    expect(Math.round(clock.now())).toBe(10_000);
    caller.types('42\r');
    await caller.sees('["42"]');
  });

  test('gives each contender a dialog of its own', async () => {
    const dialogs: Dialog[] = [];
    const take = async (dialog: Dialog) => {
      dialogs.push(dialog);
    };
    await asked((dialog) => dialog.race(take, take)).outcome();
    expect(new Set(dialogs).size).toBe(2);
  });

  test('lets what loses neither print nor ask, and the next question be asked', async () => {
    const { answer, answered } = push();
    let loser!: Dialog;
    const caller = asked(async (dialog) => {
      await dialog.race(
        (dialog) => {
          loser = dialog;
          return dialog.ask('Passcode: ');
        },
        () => answered,
      );
      expect(() => loser.print('late')).toThrow(/^RASSHOST_E_OVER/);
      await expect(loser.ask('late')).rejects.toMatchObject({ code: 'RASSHOST_E_OVER' });
      return dialog.ask('\r\nHost: ', { flushTypeAhead: true });
    });
    await caller.sees('Passcode: ');
    caller.types('12');
    await caller.sees('12');
    answer(true);
    await caller.waits({ seconds: 0.5 });
    caller.types('34');
    await caller.sees('Host: ');
    caller.types('a\r');
    await caller.sees('["a"]');
    expect(caller.output).toBe('Passcode: 12\r\nHost: a\r\n["a"]');
    expect(caller.violations).toEqual([]);
  });

  test('leaves time for the verdict when the dialog ends first (SD-11)', async () => {
    const caller = dial(passcodeOrPush(push().answered), {
      clock: new Clock(),
      dialogSeconds: 20,
      ...IMPATIENT,
    });
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
    expect(caller.reports[0]?.cause).toBeInstanceOf(DialogTimeout);
  });

  test('starts nobody when the dialog is over already', async () => {
    const start = jest.fn();
    let kept!: Dialog;
    await asked(async (dialog) => {
      kept = dialog;
    }).outcome();
    await expect(kept.race(start)).rejects.toMatchObject({ code: 'RASSHOST_E_OVER' });
    expect(start).not.toHaveBeenCalled();
  });

  test('refuses contenders that are none', async () => {
    const noFunction = asked((dialog) => dialog.race('push' as never));
    expect((await noFunction.outcome()).thrown).toMatchObject({
      message: "RASSHOST_E_OPTION: contender 1 of race is 'push', not a function",
    });
    const nobody = asked((dialog) => dialog.race());
    expect((await nobody.outcome()).thrown).toMatchObject({ code: 'RASSHOST_E_OPTION' });
  });
});

describe.each(CLOCKS)('a question that is abandoned at a deadline, on %s', (_, Clock) => {
  test('leaves the last words of a policy that catches it their way (SD-22)', async () => {
    const ask = withDeadline({ seconds: 30 }, (dialog) => dialog.ask('Code: '));
    const caller = dial(
      async (dialog) => {
        await Promise.resolve(ask(dialog, undefined)).catch(() => undefined);
        dialog.print('\r\nToo late.\r\n');
        return deny(ALICE);
      },
      { clock: new Clock(), lossySend: true },
    );
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
    expect(caller.output).toBe('Code: \r\nToo late.\r\n');
    expect(caller.violations).toEqual([]);
  });

  test.each([1, 2, 3.5, 30])('is given all of its %p seconds, and no more', async (seconds) => {
    const clock = new Clock();
    let endedAt = 0;
    const caller = dial(
      withDeadline(
        { seconds },
        async (dialog) => {
          // So that what is left is no whole number of seconds.
          await dialog.pause({ seconds: 0.3 });
          await dialog.ask('Code: ');
        },
        () => {
          endedAt = clock.now();
          return deny(ALICE);
        },
      ) as PolicyFunction,
      { clock },
    );
    await caller.outcome();
    expect(endedAt).toBeGreaterThanOrEqual(seconds * 1000);
    expect(endedAt).toBeLessThan(seconds * 1000 + 2001);
  });
});
