import type { Policy } from 'rasshost';
import { dial } from 'rasshost/testing';

/** The policy as after a start: its tokens unused. */
function load(example: 'new-pin' | 'next-tokencode'): Policy {
  jest.resetModules();
  return jest.requireActual<{ default: Policy }>(`../../examples/${example}`).default;
}

/** Types answers, each when its question is there; without one, nothing. */
async function talk(policy: Policy, ...questions: [question: string, answer?: string][]) {
  const caller = dial(policy, { dialogSeconds: 300 });
  for (const [question, answer] of questions) {
    await caller.sees(question);
    if (answer !== undefined) caller.types(`${answer}\r`);
  }
  const outcome = await caller.outcome();
  expect(caller.violations).toEqual([]);
  return { outcome, output: caller.output };
}

describe('examples/new-pin.ts', () => {
  test('lets a token with a PIN in at once', async () => {
    const { outcome } = await talk(
      load('new-pin'),
      ['User name: ', 'alice'],
      ['PASSCODE: ', '1234111111'],
    );
    expect(outcome).toMatchObject({ outcome: 'success', userName: 'alice' });
  });

  test('has a new token choose its PIN, and waits for the next tokencode', async () => {
    const policy = load('new-pin');
    const { outcome, output } = await talk(
      policy,
      ['User name: ', 'bob'],
      ['PASSCODE: ', '444444'],
      ['generate your new PIN? (y/n): ', 'n'],
      ['New PIN: ', '12'],
      ['4 to 8 digits'],
      ['New PIN: ', '8642'],
      ['New PIN again: ', '8642'],
      ['tokencode to change'],
      ['PASSCODE: ', '8642555555'],
    );
    expect(outcome).toMatchObject({ outcome: 'success', userName: 'bob' });
    expect(output).not.toContain('8642');
  });

  test('does not take the old tokencode with the new PIN', async () => {
    const { outcome } = await talk(
      load('new-pin'),
      ['User name: ', 'bob'],
      ['PASSCODE: ', '444444'],
      ['generate your new PIN? (y/n): ', 'n'],
      ['New PIN: ', '8642'],
      ['New PIN again: ', '8642'],
      ['PASSCODE: ', '8642444444'],
    );
    expect(outcome).toMatchObject({ outcome: 'failure', userName: 'bob' });
  });

  test('does not take the PIN alone when the codes of a token are used up', async () => {
    const policy = load('new-pin');
    for (const code of ['111111', '222222', '333333']) {
      const { outcome } = await talk(
        policy,
        ['User name: ', 'alice'],
        ['PASSCODE: ', `1234${code}`],
      );
      expect(outcome).toMatchObject({ outcome: 'success' });
    }
    const { outcome } = await talk(
      policy,
      ['User name: ', 'alice'],
      ...Array.from({ length: 3 }, (): [string, string] => ['PASSCODE: ', '1234']),
    );
    expect(outcome).toMatchObject({ outcome: 'failure', userName: 'alice' });
  });

  test('refuses after three wrong passcodes (SD-11)', async () => {
    const { outcome, output } = await talk(
      load('new-pin'),
      ['User name: ', 'mallory'],
      ['PASSCODE: ', '444444'],
      ['PASSCODE: ', '555555'],
      ['PASSCODE: ', '666666'],
    );
    expect(outcome).toMatchObject({ outcome: 'failure', userName: 'mallory' });
    expect(output.match(/Access denied/g)).toHaveLength(3);
  });
});

describe('examples/next-tokencode.ts', () => {
  const wrong: [string, string][] = Array.from({ length: 3 }, () => ['PASSCODE: ', '1234999999']);

  test('asks for one more after three wrong ones', async () => {
    const { outcome } = await talk(
      load('next-tokencode'),
      ['User name: ', 'alice'],
      ...wrong,
      ['PASSCODE: ', '1234111111'],
      ['the new tokencode: ', '222222'],
    );
    expect(outcome).toMatchObject({ outcome: 'success', userName: 'alice' });
  });

  test('refuses the one that it has seen already (SD-11)', async () => {
    const { outcome } = await talk(
      load('next-tokencode'),
      ['User name: ', 'alice'],
      ...wrong,
      ['PASSCODE: ', '1234111111'],
      ['the new tokencode: ', '111111'],
    );
    expect(outcome).toMatchObject({ outcome: 'failure', userName: 'alice' });
  });

  test('does not wait for it for ever, and says so (SD-11)', async () => {
    const { outcome, output } = await talk(
      load('next-tokencode'),
      ['User name: ', 'alice'],
      ...wrong,
      ['PASSCODE: ', '1234111111'],
      ['the new tokencode: '],
    );
    expect(outcome).toMatchObject({ outcome: 'failure', userName: 'alice' });
    expect(output).toMatch(/Access denied.\r\n$/);
  });
});
