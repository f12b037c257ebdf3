import { CallerHungUp, RasshostError } from 'rasshost';
import { RasError } from 'rasshost/rasman';
import { errorCode } from '../../lib/policy/error-code';

const nodeError = (code: string) => Object.assign(new Error(code), { code });
const rasCode = (code: unknown) => Object.assign(new Error('thrown'), { rasCode: code });

describe('errorCode', () => {
  test.each<[number, string, unknown]>([
    [610, 'a RasError', new RasError(610, 'RasSecurityDialogSend')],
    [619, 'a caller who hung up', new CallerHungUp('gone')],
    [647, 'an error with a rasCode', rasCode(647)],
    [1311, 'a back end that refuses', nodeError('ECONNREFUSED')],
    [1311, 'a back end without an address', nodeError('ENOTFOUND')],
    [638, 'a back end that does not answer', nodeError('ETIMEDOUT')],
    [
      638,
      'a request that was given up',
      AbortSignal.abort(new DOMException('', 'TimeoutError')).reason,
    ],
    [1311, 'a cause', new TypeError('fetch failed', { cause: nodeError('ECONNREFUSED') })],
    [645, 'an error of rasshost', new RasshostError('RASSHOST_E_TEXT', 'bad')],
    [645, 'any other error', new RangeError('bug')],
    [645, 'something that is no error', 'bug'],
    [645, 'nothing', undefined],
  ])('is %p for %s (SD-10, SD-11)', (code, _, thrown) => {
    expect(errorCode(thrown)).toBe(code);
  });

  test.each([0, 600, -1, 1.5, 2 ** 32, NaN, '619'])(
    'never is what Complete would refuse: rasCode %p (SD-10)',
    (code) => {
      expect(errorCode(rasCode(code))).toBe(645);
    },
  );

  test('does not follow a circle of causes for ever', () => {
    const error = new Error('a');
    error.cause = new Error('b', { cause: error });
    expect(errorCode(error)).toBe(645);
  });
});
