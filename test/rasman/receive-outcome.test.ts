import fc from 'fast-check';
import { ERROR_PORT_DISCONNECTED, PENDING, SUCCESS } from '../../lib/rasman/codes';
import { receiveOutcome } from '../../lib/rasman/receive-outcome';

const TIMEOUT = 638;
const info = (lastError: number, bytesReceived: number) => ({
  lastError,
  bytesReceived,
  deviceName: '',
});

test.each([
  ['both say the same', info(SUCCESS, 3), 3, 10, SUCCESS, 3, true],
  ['both say that nothing has come', info(SUCCESS, 0), 0, 10, SUCCESS, 0, true],
  ['a time-out', info(TIMEOUT, 0), 0, 1, TIMEOUT, 0, true],
  ['it still runs', info(PENDING, 0), 1, 1, PENDING, 0, false],
  ['bytes with an error, perhaps of before', info(TIMEOUT, 0), 1, 1, TIMEOUT, 0, false],
  ['no length, but bytes, perhaps of before', info(SUCCESS, 1), 0, 1, SUCCESS, 1, false],
  ['a length that may be untouched', info(SUCCESS, 3), 10, 10, SUCCESS, 3, false],
  ['a length, and no word of bytes', info(SUCCESS, 0), 4, 10, SUCCESS, 4, true],
  ['a length, and more bytes', info(SUCCESS, 7), 4, 10, SUCCESS, 4, true],
])(
  'what counts is right where GetInfo and the length word say: %s',
  (_what, given, word, wanted, error, count, settled) => {
    expect(receiveOutcome(given, word, wanted)).toEqual({ error, count, settled });
  },
);

test('no more bytes are taken than were wanted, and none with an error (SD-17)', () => {
  const word = fc.nat(0xffff);
  const error = fc.constantFrom(SUCCESS, PENDING, TIMEOUT, ERROR_PORT_DISCONNECTED);
  fc.assert(
    fc.property(error, word, word, word, (lastError, bytes, length, wanted) => {
      const { error: shown, count } = receiveOutcome(info(lastError, bytes), length, wanted);
      expect(count).toBeLessThanOrEqual(wanted);
      expect(shown).toBe(lastError);
      if (shown !== SUCCESS) expect(count).toBe(0);
    }),
  );
});
