import fc from 'fast-check';
import { Secret } from 'rasshost';
import { describe as describeCause } from '../../lib/dialog/describe';

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
    expect(describeCause({ secret: new Secret(Buffer.from('1234')) })).toBe('{ secret: [secret] }');
  });

  test('shows all causes, with what they carry: why a server could not be reached', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', port: 389 });
    const text = describeCause(new TypeError('fetch failed', { cause: refused }));
    expect(text).toMatch(/^TypeError: fetch failed\n/);
    expect(text).toMatch(/\[cause\]: Error: connect\n/);
    expect(text).toMatch(/code: 'ECONNREFUSED',.*port: 389/s);
  });

  test('has a bound, whatever it is about', () => {
    const circle = new Error('again');
    circle.cause = circle;
    expect(describeCause(circle)).toContain('[Circular');
    let deep = new Error('the first');
    for (let depth = 0; depth < 1000; depth++) deep = new Error('x'.repeat(500), { cause: deep });
    const much = ['x'.repeat(1e6), new Array(1e5).fill('item'), deep];
    for (const value of much) expect(describeCause(value).length).toBeLessThan(10_000);
  });

  test('can not look like another entry of the log, nor move the cursor of its reader', () => {
    const text = describeCause(
      new Error('no\r\n2026-01-05T12:00:00.000Z dialog 7\rrest\x1b[2J\x9b'),
    );
    const [first, ...others] = text.split('\n');
    expect(first).toBe('Error: no');
    expect(others.every((line) => line.startsWith('    '))).toBe(true);
    expect(text).toContain('\\x1B[2J\\x9B');
    for (const control of '\r\x1b\x9b') expect(text).not.toContain(control);
  });
});
