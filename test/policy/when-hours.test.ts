import fc from 'fast-check';
import { deny, grant, whenHours, type Dialog, type Hours, type Weekday } from 'rasshost';
import { dial, VirtualClock } from 'rasshost/testing';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };
const WEEKDAYS: readonly Weekday[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const OFFICE: Hours = {
  days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'],
  from: '08:00',
  to: '18:00',
  timeZone: 'Europe/Zurich',
};

/** Whether a moment, in ISO format, is within hours. */
async function isWithin(hours: Hours, moment: string): Promise<boolean> {
  const run = whenHours(
    hours,
    () => true,
    () => false,
  );
  const dialog: Pick<Dialog, 'clock'> = { clock: new VirtualClock({ at: moment }) };
  return run(dialog as Dialog, undefined);
}

describe('whenHours', () => {
  test.each([
    ['the last minute before', '2026-01-05T06:59:59.999Z', false],
    ['the first', '2026-01-05T07:00:00Z', true],
    ['the last', '2026-01-05T16:59:59.999Z', true],
    ['the first after', '2026-01-05T17:00:00Z', false],
    ['the first in summer', '2026-07-06T06:00:00Z', true],
    ['a Sunday', '2026-01-04T12:00:00Z', false],
  ])('includes `from` and excludes `to`: %s', async (_, moment, expected) => {
    expect(await isWithin(OFFICE, moment)).toBe(expected);
  });

  test.each([
    ['Friday 21:59', '2026-01-09T20:59:00Z', false],
    ['Friday 22:00', '2026-01-09T21:00:00Z', true],
    ['Saturday 05:59', '2026-01-10T04:59:00Z', true],
    ['Saturday 06:00', '2026-01-10T05:00:00Z', false],
    ['Saturday 22:00', '2026-01-10T21:00:00Z', false],
    ['Friday 05:59', '2026-01-09T04:59:00Z', false],
  ])('goes on after midnight of the days that it begins on: %s', async (_, moment, expected) => {
    const night: Hours = { ...OFFICE, days: ['Fri'], from: '22:00', to: '06:00' };
    expect(await isWithin(night, moment)).toBe(expected);
  });

  test.each([
    ['a minute before summer time begins', '2026-03-29T00:59:00Z', false],
    ['a minute after, at 03:00', '2026-03-29T01:00:00Z', false],
    ['the first 02:30 of the day on which it ends', '2026-10-25T00:30:00Z', true],
    ['the second one', '2026-10-25T01:30:00Z', true],
    ['03:00 of that day', '2026-10-25T02:00:00Z', false],
  ])('goes by the clock on the wall: %s', async (_, moment, expected) => {
    const hour: Hours = { ...OFFICE, days: ['Sun'], from: '02:00', to: '03:00' };
    expect(await isWithin(hour, moment)).toBe(expected);
  });

  test('agrees with a list of all minutes, in any zone at any time', async () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'), 'UTC');
    const minutes = fc.nat(24 * 60 - 1);
    const days = fc.subarray([...WEEKDAYS], { minLength: 1 });
    const moments = fc.date({
      min: new Date('1980-01-01'),
      max: new Date('2040-01-01'),
      noInvalidDate: true,
    });
    await fc.assert(
      fc.asyncProperty(
        zones,
        days,
        minutes,
        minutes,
        moments,
        async (timeZone, on, from, to, moment) => {
          fc.pre(from !== to);
          const hours: Hours = { days: on, from: clock(from), to: clock(to), timeZone };
          const listed = allMinutes(on, from, to).has(onTheWall(moment, timeZone));
          expect(await isWithin(hours, moment.toISOString())).toBe(listed);
        },
      ),
      { numRuns: 100 },
    );
  });

  test.each([
    ['2026-01-05T12:00Z', 'success'],
    ['2026-01-05T20:00+01:00', 'failure'],
    [new Date('2026-01-04T12:00Z'), 'failure'],
  ])('goes by the date of a test: at %j a %s', async (at, outcome) => {
    const policy = whenHours(
      OFFICE,
      () => grant(ALICE),
      () => deny(ALICE),
    );
    expect(await dial(policy, { at }).outcome()).toMatchObject({ outcome });
  });

  test('sees time pass in a test: office hours end in the middle of a call', async () => {
    const step = whenHours(
      OFFICE,
      () => 'open',
      () => 'closed',
    );
    const caller = dial(
      async (dialog) => {
        dialog.print(await step(dialog, undefined));
        await dialog.pause({ seconds: 60 });
        dialog.print(await step(dialog, undefined));
        return deny(ALICE);
      },
      { at: '2026-01-05T16:59:30Z' },
    );
    await caller.outcome();
    expect(caller.output).toBe('openclosed');
  });

  test('knows the time of the system', async () => {
    jest.useFakeTimers({ now: new Date('2026-01-05T12:00:00Z'), doNotFake: ['setImmediate'] });
    try {
      const policy = whenHours(
        OFFICE,
        () => grant(ALICE),
        () => deny(ALICE),
      );
      const call = () => dial(policy, { clock: 'real' }).outcome();
      expect(await call()).toMatchObject({ outcome: 'success' });
      jest.setSystemTime(new Date('2026-01-05T20:00:00Z'));
      expect(await call()).toMatchObject({ outcome: 'failure' });
    } finally {
      jest.useRealTimers();
    }
  });

  test.each<[string, object]>([
    ['days of whenHours is [], not some of Mon', { days: [] }],
    ["days of whenHours is [ 'Monday' ], not some of Mon", { days: ['Monday'] }],
    ["from of whenHours is '8:00', not a time of day", { from: '8:00' }],
    ["from of whenHours is '24:00'", { from: '24:00' }],
    ["to of whenHours is '18:60'", { to: '18:60' }],
    ["to of whenHours is '08:00', not another time than from, which is 08:00", { to: '08:00' }],
    ["timeZone of whenHours is 'Europe/Bern', not the name of a time", { timeZone: 'Europe/Bern' }],
    ["timeZone of whenHours is '+01:00', not the name", { timeZone: '+01:00' }],
    ['timeZone of whenHours is missing: the name', { timeZone: undefined }],
    ['whenHours has no option timezone (did you mean timeZone?)', { timezone: 'UTC' }],
  ])('refuses what can not be when it is made: %s', (message, wrong) => {
    const make = () =>
      whenHours(
        { ...OFFICE, ...wrong },
        () => deny(ALICE),
        () => deny(ALICE),
      );
    expect(make).toThrow(
      expect.objectContaining({
        code: 'RASSHOST_E_OPTION',
        message: expect.stringContaining(message),
      }),
    );
  });

  test('may last until midnight', async () => {
    const weekend: Hours = { days: ['Sat', 'Sun'], from: '00:00', to: '24:00', timeZone: 'UTC' };
    expect(await isWithin(weekend, '2026-01-04T23:59:59Z')).toBe(true);
    expect(await isWithin(weekend, '2026-01-05T00:00:00Z')).toBe(false);
  });
});

function clock(minute: number): string {
  const twoDigits = (number: number) => String(number).padStart(2, '0');
  return `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
}

/** Every minute from one time of day to another, day by day: `Mon 22:00`, …, `Tue 05:59`. */
function allMinutes(days: readonly Weekday[], from: number, to: number): Set<string> {
  const listed = new Set<string>();
  for (const day of days) {
    let at = WEEKDAYS.indexOf(day);
    for (let minute = from; minute !== to;) {
      listed.add(`${WEEKDAYS[at]} ${clock(minute)}`);
      minute += 1;
      if (minute === 24 * 60) {
        minute = 0;
        at = (at + 1) % 7;
      }
    }
  }
  return listed;
}

/** `Mon 22:00` in a time zone, by the calendar of another locale. */
function onTheWall(moment: Date, timeZone: string): string {
  const [date = '', time = ''] = moment.toLocaleString('sv-SE', { timeZone }).split(' ');
  const day = WEEKDAYS[(new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7];
  return `${day} ${time.slice(0, 5)}`;
}
