import { SYSTEM_CLOCK } from '../../lib/time/clock';

test('the clock of the system is never early, not by a fraction of a millisecond', async () => {
  const early = await Promise.all(
    Array.from({ length: 500 }, (_, n) => {
      const ms = 1 + n / 17;
      const due = SYSTEM_CLOCK.now() + ms;
      return new Promise<number>((resolve) => {
        SYSTEM_CLOCK.after(ms, () => resolve(Math.max(0, due - SYSTEM_CLOCK.now())));
      });
    }),
  );
  expect(early.filter((by) => by > 0)).toEqual([]);
});

test('what was cancelled does not run', async () => {
  const action = jest.fn();
  SYSTEM_CLOCK.after(1, action)();
  await new Promise<void>((resolve) => SYSTEM_CLOCK.after(5, resolve));
  expect(action).not.toHaveBeenCalled();
});
