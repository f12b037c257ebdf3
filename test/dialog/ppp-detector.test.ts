import * as fc from 'fast-check';
import { PppDetector } from '../../lib/dialog/ppp-detector';

const BEGINNINGS = [
  [0x7e, 0xff, 0x7d, 0x23],
  [0x7e, 0xff, 0x03],
];

test('a beginning of PPP is recognised wherever it comes, and nothing else is (SD-31)', () => {
  const byte = fc.oneof(fc.constantFrom(...BEGINNINGS.flat(), 0), fc.integer({ min: 0, max: 255 }));
  const noise = fc.array(byte, { maxLength: 12 });
  const beginning = fc.constantFrom(...BEGINNINGS, []);
  fc.assert(
    fc.property(noise, beginning, noise, (before, frame, after) => {
      const detector = new PppDetector();
      const bytes = [...before, ...frame, ...after];
      const found = bytes.map((value) => detector.feed(value));
      const expected = bytes.map((_, at) =>
        BEGINNINGS.some((known) => {
          const seen = bytes.slice(Math.max(0, at + 1 - known.length), at + 1);
          return (
            seen.length === known.length && known.every((value, index) => value === seen[index])
          );
        }),
      );
      expect(found).toEqual(expected);
    }),
  );
});

test('what has been wiped is part of no beginning any more (SD-32)', () => {
  const detector = new PppDetector();
  for (const byte of [0x7e, 0xff]) detector.feed(byte);
  detector.wipe();
  expect(detector.feed(0x03)).toBe(false);
});
