import { definePolicy, deny } from '../../lib/index';
import { withFunction } from '../../lib/policy/policy';
import { checkPolicy } from '../../lib/policy/check-policy';

const decide = () => deny({ userName: 'nobody', domain: 'NONE' });
const failure = (reason: string) => ({
  code: 'RASSHOST_E_SELF_CHECK',
  message: expect.stringContaining(reason),
});

test('a policy without a self-check, or with one that succeeds, serves', async () => {
  await checkPolicy(definePolicy(decide));
  await checkPolicy(definePolicy(decide, { selfCheck: async () => {} }));
});

test.each([
  [
    'throws',
    () => {
      throw new Error('no tokens');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no tokens'))],
])('a self-check that %s is named as the reason', async (_, selfCheck) => {
  const policy = definePolicy(decide, { selfCheck });
  await expect(checkPolicy(policy)).rejects.toMatchObject(failure('no tokens'));
  await expect(checkPolicy(withFunction(policy, decide))).rejects.toMatchObject(
    failure('no tokens'),
  );
});

test('a self-check that does not end has failed after 5 seconds', async () => {
  jest.useFakeTimers();
  const checked = expect(
    checkPolicy(definePolicy(decide, { selfCheck: () => new Promise(() => {}) })),
  ).rejects.toMatchObject(failure('no end within 5 s'));
  await jest.advanceTimersByTimeAsync(5000);
  await checked;
  jest.useRealTimers();
});
