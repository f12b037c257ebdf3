import fc from 'fast-check';
import { parseTape } from '../../lib/replay/parse-tape';
import { formatTape, type Tape, type TapeEvent } from '../../lib/tape/tape';

const HEADER =
  '{"tape":1,"rasshost":"0.1.0","started":"2026-11-21T09:30:00.123Z","device":"Modem",' +
  '"sendBuffer":1500,"receiveBuffer":1500,"budgetMs":120000}';
const OUTCOME = '{"t":9,"event":"outcome","outcome":"ended","why":"hung-up"}';

const name = fc
  .nat({ max: 999 })
  .chain((number) =>
    fc.constantFrom('secret', 'pin', 'bytes').map((kind) => `${kind}-${number + 1}`),
  );
const placeholder = fc.record({ placeholder: name });
const unicode = fc.string({ unit: 'binary' });
const text = fc.oneof(unicode, fc.array(fc.oneof(unicode, placeholder)));
const flags = fc.boolean();

function event<E extends string, F extends object>(event: E, fields: fc.Arbitrary<F>) {
  return fc.tuple(fc.nat(), fields).map(([t, rest]) => ({ t, event, ...rest }));
}

const events: fc.Arbitrary<TapeEvent> = fc.oneof(
  event('shown', fc.record({ text })),
  event('shown-secret', placeholder),
  event('asked', fc.record({ secret: flags })),
  event('answered', fc.record({ text })),
  event('answered-secret', placeholder),
  event('received', placeholder),
  event('unanswered', fc.record({ why: fc.constantFrom('timeout', 'ppp', 'too-many-tries') })),
  event('cut', fc.constant({})),
);
const outcome: fc.Arbitrary<TapeEvent> = fc.oneof(
  event(
    'outcome',
    fc.record({ outcome: fc.constantFrom('success', 'failure'), userName: text, domain: text }),
  ),
  event(
    'outcome',
    fc.record({ outcome: fc.constant('error'), dwError: fc.integer({ min: 1, max: 0xffffffff }) }),
  ),
  event(
    'outcome',
    fc.record({ outcome: fc.constant('ended'), why: fc.constantFrom('hung-up', 'deadline') }),
  ),
);
const tapes: fc.Arbitrary<Tape> = fc
  .tuple(
    fc.record({
      rasshost: unicode,
      started: fc
        .date({ min: new Date(0), max: new Date(2e12), noInvalidDate: true })
        .map((date) => date.toISOString()),
      device: unicode,
      sendBuffer: fc.integer({ min: 1, max: 65535 }),
      receiveBuffer: fc.integer({ min: 1, max: 65535 }),
      budgetMs: fc.nat(),
    }),
    fc.array(events),
    outcome,
  )
  .map(([header, before, last]) => {
    const times = [...before, last].map(({ t }) => t).sort((a, b) => a - b);
    return {
      header,
      events: [...before, last].map((event, at) => ({ ...event, t: times[at] ?? 0 })),
    };
  });

test('what is written is what is read', () => {
  fc.assert(
    fc.property(tapes, (tape) => {
      expect(parseTape(formatTape(tape), 'a.tape')).toEqual(tape);
    }),
  );
});

test('any text is a tape or a clean error, also when it is nearly a tape', () => {
  const damaged = fc
    .tuple(tapes, fc.nat(), fc.nat({ max: 20 }), fc.string())
    .map(([tape, at, count, text]) => {
      const whole = formatTape(tape);
      const from = at % whole.length;
      return whole.slice(0, from) + text + whole.slice(from + count);
    });
  const lines = fc.array(fc.json()).map((values) => [HEADER, ...values].join('\n'));
  fc.assert(
    fc.property(fc.oneof(fc.string(), damaged, lines), (text) => {
      try {
        formatTape(parseTape(text, 'a.tape'));
      } catch (error) {
        expect(error).toMatchObject({
          code: 'RASSHOST_E_TAPE',
          message: expect.stringMatching(/^RASSHOST_E_TAPE: a\.tape:\d+: /),
        });
      }
    }),
    { numRuns: 500 },
  );
});

test('a tape that git has given other line ends is still one', () => {
  expect(parseTape(`${HEADER}\r\n${OUTCOME}\r\n`, 'a.tape').events).toHaveLength(1);
});

test.each([
  ['nothing', '', ':1: it is not JSON'],
  ['other JSON', '{"a":1}', ':1: it is not a tape: the first line has no "tape" version'],
  ['a list', '[]', ':1: it is not a JSON object'],
  [
    'another version',
    '{"tape":2}',
    ':1: it is a tape of version 2, but this rasshost reads version 1',
  ],
  [
    'a wrong time',
    HEADER.replace('T09', ' 09'),
    ':1: started is "2026-11-21 09:30:00.123Z", not a time like 2026-11-21T09:30:00.123Z',
  ],
  ['a missing field', HEADER.replace('"device":"Modem",', ''), ':1: device is missing, not a text'],
  [
    'a field of another version',
    HEADER.replace('}', ',"x":1}'),
    ':1: "x" is not a field of such a line',
  ],
  [
    'no outcome',
    `${HEADER}\n{"t":1,"event":"cut"}\n`,
    ':2: the last line is not an outcome: the tape is not whole',
  ],
  ['a line after it', `${HEADER}\n${OUTCOME}\n${OUTCOME}\n`, ':2: lines follow the outcome'],
  ['half a line', `${HEADER}\n${OUTCOME.slice(0, 20)}`, ':2: it is not JSON'],
  [
    'a time that goes back',
    `${HEADER}\n{"t":10,"event":"cut"}\n${OUTCOME}`,
    ':3: t is 9, less than the 10 of the line before',
  ],
  [
    'an unknown event',
    `${HEADER}\n{"t":1,"event":"toString"}`,
    ':2: event is "toString", not one of shown, shown-secret, asked, answered, answered-secret, received, unanswered, cut',
  ],
  [
    'an unknown outcome',
    `${HEADER}\n{"t":1,"event":"outcome"}`,
    ':2: outcome is missing, not one of success, failure, error, ended',
  ],
  [
    'an unknown reason',
    `${HEADER}\n{"t":1,"event":"unanswered","why":"bored"}`,
    ":2: why is \"bored\", not 'timeout' or 'cancelled' or 'ppp' or 'too-many-tries' or 'abandoned' or 'hung-up' or 'failed'",
  ],
  [
    'no placeholder',
    `${HEADER}\n{"t":1,"event":"received","placeholder":"x"}`,
    ':2: placeholder is "x", not a placeholder, such as secret-1',
  ],
])('of %s, the error says what disagrees with the format, and where', (_what, text, message) => {
  expect(() => parseTape(text, 'a.tape')).toThrow(
    expect.objectContaining({ message: `RASSHOST_E_TAPE: a.tape${message}` }),
  );
});
