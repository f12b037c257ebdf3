import { definePolicy, deny, type PolicyFunction } from 'rasshost';
import { isPolicy, policyFunction } from '../../lib/policy/policy';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

describe('definePolicy', () => {
  test('makes a policy of a function', () => {
    const decide = () => deny(ALICE);
    expect(policyFunction(definePolicy(decide))).toBe(decide);
  });

  test.each([undefined, {}, 'policy'])('refuses %p', (value) => {
    expect(() => definePolicy(value as unknown as PolicyFunction)).toThrow(
      `RASSHOST_E_POLICY_INVALID: definePolicy was given a value of type ${typeof value}, not a function`,
    );
  });
});

describe('isPolicy', () => {
  test('knows a policy of another copy of rasshost', () => {
    jest.isolateModules(() => {
      const copy = jest.requireActual<typeof import('rasshost')>('rasshost');
      expect(copy.definePolicy).not.toBe(definePolicy);
      expect(isPolicy(copy.definePolicy(() => deny(ALICE)))).toBe(true);
    });
  });

  test.each([undefined, null, {}, () => deny(ALICE)])('is false for %p', (value) => {
    expect(isPolicy(value)).toBe(false);
  });
});
