import fc from 'fast-check';
import { VirtualClock } from '../../lib/testing';

describe('VirtualClock', () => {
  test('runs each action at its moment and in order, however it is advanced', () => {
    const ms = fc.integer({ min: 0, max: 1000 });
    const someStrides = fc.array(ms, { minLength: 1 });
    fc.assert(
      fc.property(fc.array(ms), someStrides, (delays, strides) => {
        const clock = new VirtualClock();
        const ran: [due: number, index: number][] = [];
        delays.forEach((delay, index) => {
          clock.after(delay, () => {
            expect(clock.now()).toBe(delay);
            ran.push([delay, index]);
          });
        });
        for (const stride of strides) clock.advance(stride);
        const now = strides.reduce((sum, stride) => sum + stride, 0);
        expect(clock.now()).toBe(now);
        const due = delays.map((delay, index): [number, number] => [delay, index]);
        expect(ran).toEqual(
          due.filter(([at]) => at <= now).sort(([a, i], [b, j]) => a - b || i - j),
        );
      }),
    );
  });

  test('runs what an action puts on it, and not what was cancelled', () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    const cancel = clock.after(20, () => ran.push('cancelled'));
    clock.after(10, () => {
      clock.after(5, () => ran.push(`again at ${clock.now()}`));
      cancel();
    });
    expect(clock.msUntilNext).toBe(10);
    clock.advance(100);
    cancel();
    expect(ran).toEqual(['again at 15']);
    expect(clock.msUntilNext).toBeUndefined();
  });

  test('has a date, which goes on with it', () => {
    const clock = new VirtualClock({ at: '2026-01-05T12:00Z' });
    expect(clock.date()).toEqual(new Date('2026-01-05T12:00:00Z'));
    clock.after(1500, () => expect(clock.date().getUTCMilliseconds()).toBe(500));
    clock.advance(60_000);
    expect(clock.date()).toEqual(new Date('2026-01-05T12:01:00Z'));
    expect(new VirtualClock({ at: new Date(0) }).date()).toEqual(new Date(0));
  });

  test.each(['2026-01-05T12:00', '2026-01-05', 'noon', '2026-13-05T12:00Z', 0, new Date(NaN)])(
    'does not begin at %p, which is no moment everywhere',
    (at) => {
      expect(() => new VirtualClock({ at: at as string })).toThrow(
        /at of VirtualClock is .*, not a Date, or a date with time and time zone/,
      );
    },
  );

  test.each([-1, NaN, Infinity])('is not moved on by %p ms', (ms) => {
    expect(() => new VirtualClock().advance(ms)).toThrow('RASSHOST_E_OPTION');
  });
});
