import * as fc from 'fast-check';
import { checkSecurityMessage, type SecurityMessage } from '../../lib/rasman/security-message';

const asciiText = (maxLength: number) =>
  fc
    .array(fc.integer({ min: 1, max: 127 }), { minLength: 1, maxLength })
    .map((codes) => String.fromCharCode(...codes));

const GOOD: SecurityMessage = { msgId: 1, error: 0, userName: 'alice', domain: 'CONTOSO' };

function refusal(message: object): unknown {
  try {
    checkSecurityMessage(message as SecurityMessage);
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

describe('checkSecurityMessage', () => {
  test('accepts every name that fits (SD-12)', () => {
    const names = fc.record({ userName: asciiText(256), domain: asciiText(15) });
    fc.assert(
      fc.property(names, fc.constantFrom(1, 2), (identity, msgId) => {
        expect(refusal({ ...GOOD, ...identity, msgId })).toBeUndefined();
      }),
    );
  });

  test.each<[string, object]>([
    ['a user name of 257 characters', { userName: 'u'.repeat(257) }],
    ['a user name of 1000 characters', { userName: 'u'.repeat(1000) }],
    ['a domain of 16 characters', { domain: 'd'.repeat(16) }],
    ['an empty user name with SUCCESS', { userName: '' }],
    ['an empty domain with FAILURE', { msgId: 2, domain: '' }],
    ['a NUL', { userName: 'ali\0ce' }],
    ['a character that is not ASCII', { userName: 'zoë' }],
    ['a name that is no string', { userName: undefined }],
  ])('refuses %s, never cutting it (SD-09, SD-12)', (_, change) => {
    expect(refusal({ ...GOOD, ...change })).toBe('RASSHOST_E_NAME');
  });

  test.each([0, 4, -1, 1.5, '1', undefined])('refuses dwMsgId %p (SD-08)', (msgId) => {
    expect(refusal({ ...GOOD, msgId })).toBe('RASSHOST_E_VERDICT');
  });

  test.each([1, 2])('refuses a dwError with dwMsgId %p (SD-09)', (msgId) => {
    expect(refusal({ ...GOOD, msgId, error: 5 })).toBe('RASSHOST_E_VERDICT');
  });

  test.each([0, 600, -1, 1.5, 2 ** 32, NaN, '619'])('refuses ERROR with %p (SD-10)', (error) => {
    expect(refusal({ ...GOOD, msgId: 3, error })).toBe('RASSHOST_E_VERDICT');
  });

  test('accepts ERROR without names (SD-09)', () => {
    expect(refusal({ msgId: 3, error: 619, userName: '', domain: '' })).toBeUndefined();
  });
});
