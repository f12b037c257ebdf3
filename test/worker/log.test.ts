import fc from 'fast-check';
import { describe as describeCause } from '../../lib/worker/log';

const hostile = fc.constantFrom<() => unknown>(
  () => Object.create(null) as unknown,
  () => ({ toString: () => Symbol('no text') }),
  () => Object.assign(new Error('bug'), { stack: Object.create(null) as unknown }),
  () => Object.defineProperty(new Error('bug'), 'stack', { get: () => fail() }),
);

function fail(): never {
  throw new Error('getter');
}

describe('describe', () => {
  test('makes a text of whatever a policy throws, since a log entry must not throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }),
          hostile.map((make) => make()),
        ),
        (thrown) => {
          expect(typeof describeCause(thrown)).toBe('string');
        },
      ),
    );
  });

  test('shows an error with its stack, and anything else as Node shows it', () => {
    expect(describeCause(new Error('bug'))).toMatch(/^Error: bug\n +at /);
    expect(describeCause('bug')).toBe("'bug'");
    expect(describeCause(undefined)).toBe('undefined');
  });
});
