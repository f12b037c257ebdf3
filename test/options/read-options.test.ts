import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { Secret } from 'rasshost';
import {
  aFunction,
  anObject,
  FLAG,
  numberAbove,
  numberFrom,
  oneOf,
  required,
  TEXT,
  wholeNumber,
} from '../../lib/options/kinds';
import { nearestName } from '../../lib/options/nearest-name';
import { checkValue, readOptions, type Kinds } from '../../lib/options/read-options';

interface Options {
  readonly seconds: number;
  readonly timeoutSeconds?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly flushTypeAhead?: boolean | undefined;
  readonly mask?: string | undefined;
  readonly origin?: 'chosen' | 'generated' | undefined;
  readonly validate?: (() => void) | undefined;
  readonly texts?: object | undefined;
}

const KINDS: Kinds<Options> = {
  seconds: required(numberFrom(0, 3600)),
  timeoutSeconds: wholeNumber(1, 3600),
  maxLength: wholeNumber(1),
  flushTypeAhead: FLAG,
  mask: TEXT,
  origin: oneOf('chosen', 'generated'),
  validate: aFunction<() => void>(),
  texts: anObject('an object with texts'),
};

const read = (options: unknown) => readOptions('ask', options as Options, KINDS);

test('yields the options that were given, and no other', () => {
  const options = { seconds: 0.5, origin: 'chosen', flushTypeAhead: false, mask: '*' };
  expect(read(options)).toEqual(options);
});

test('takes an option that is undefined for one that was not given', () => {
  const options = read({ seconds: 1, mask: undefined, timeoutSeconds: undefined });
  expect(Object.keys(options)).toEqual(['seconds']);
  expect(readOptions<{ a?: string | undefined }>('ask', undefined, { a: TEXT })).toEqual({});
});

test.each<[unknown, string | RegExp]>([
  [{ timeoutSeconds: 0 }, 'timeoutSeconds of ask is 0, not a whole number from 1 to 3600'],
  [{ timeoutSeconds: NaN }, 'timeoutSeconds of ask is NaN, not a whole number from 1 to 3600'],
  [{ timeoutSeconds: '5' }, "timeoutSeconds of ask is '5', not a whole number from 1 to 3600"],
  [{ timeoutSeconds: null }, 'timeoutSeconds of ask is null, not a whole number from 1 to 3600'],
  [{ maxLength: 1.5 }, 'maxLength of ask is 1.5, not a whole number from 1 on'],
  [{ seconds: -1 }, 'seconds of ask is -1, not a number from 0 to 3600'],
  [{ seconds: undefined }, 'seconds of ask is missing: a number from 0 to 3600'],
  [{ flushTypeAhead: 1 }, 'flushTypeAhead of ask is 1, not true or false'],
  [{ mask: 42 }, 'mask of ask is 42, not a text'],
  [{ origin: 'either' }, "origin of ask is 'either', not 'chosen' or 'generated'"],
  [{ validate: 'x' }, "validate of ask is 'x', not a function"],
  [{ texts: 'x' }, "texts of ask is 'x', not an object with texts"],
  [
    { timeout: 5 },
    /: ask has no option timeout \(did you mean timeoutSeconds\?\); it has seconds, /,
  ],
  [{ maxlength: 5 }, /: ask has no option maxlength \(did you mean maxLength\?\); it has /],
  [{ toString: 5 }, /^RASSHOST_E_OPTION: ask has no option toString; /],
  [{ xyzzy: 5 }, /: ask has no option xyzzy; it has seconds, timeoutSeconds, .*, texts$/],
  [{ xyzzy: undefined }, /: ask has no option xyzzy/],
])('refuses %p, and says what is allowed', (options, message) => {
  const given = { seconds: 1, ...(options as object) };
  const expected =
    typeof message === 'string' ? `RASSHOST_E_OPTION: ${message}` : expect.stringMatching(message);
  expect(() => read(given)).toThrow(
    expect.objectContaining({ code: 'RASSHOST_E_OPTION', message: expected }),
  );
});

test.each([null, 5, 'text', [], () => undefined])('refuses %p for options', (options) => {
  expect(() => read(options)).toThrow(`the options of ask are ${inspect(options)}, not an object`);
});

test('shows neither a secret nor much of a long value', () => {
  const secret = new Secret(Buffer.from('123456'));
  expect(() => read({ seconds: secret })).toThrow('seconds of ask is [secret], not a number');
  expect(() => read({ seconds: 'x'.repeat(1000) })).toThrow(/^.{1,150}$/);
});

test('checks a single value in the same words', () => {
  expect(checkValue('the count', 1, wholeNumber(1))).toBe(1);
  expect(() => checkValue('the count', 0, numberAbove(0, 9))).toThrow(
    'the count is 0, not a number above 0 and at most 9',
  );
});

describe('nearestName', () => {
  const NAMES = ['timeoutSeconds', 'idleSeconds', 'maxLength', 'tries', 'mask'];

  test.each([
    ['timeout', 'timeoutSeconds'],
    ['timeoutMs', 'timeoutSeconds'],
    ['idle', 'idleSeconds'],
    ['maxlen', 'maxLength'],
    ['trys', 'tries'],
    ['tires', 'tries'],
    ['Mask', 'mask'],
    ['validate', undefined],
  ])('for %s is %s', (wrong, right) => {
    expect(nearestName(wrong, NAMES)).toBe(right);
  });

  test('of a name with one mistake is that name', () => {
    const mistake = fc.record({
      name: fc.constantFrom('timeoutSeconds', 'idleSeconds', 'maxLength'),
      at: fc.nat(8),
      instead: fc.constantFrom('', 'x', '_'),
    });
    fc.assert(
      fc.property(mistake, ({ name, at, instead }) => {
        expect(nearestName(name.slice(0, at) + instead + name.slice(at + 1), NAMES)).toBe(name);
      }),
    );
  });
});
