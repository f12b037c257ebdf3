import { dial } from 'rasshost/testing';
import passcode from '../../examples/passcode';

async function logIn(userName: string, code: string) {
  const caller = dial(passcode);
  await caller.sees('User name: ');
  caller.types(`${userName}\r`);
  await caller.sees('Passcode: ');
  caller.types(`${code}\r`);
  const outcome = await caller.outcome();
  expect(caller.violations).toEqual([]);
  return { outcome, output: caller.output };
}

describe('examples/passcode.ts', () => {
  test('lets a user with the right passcode in (SD-13)', async () => {
    const { outcome, output } = await logIn('alice', '123456');
    expect(outcome).toEqual({
      outcome: 'success',
      userName: 'alice',
      domain: 'CONTOSO',
      dwError: 0,
    });
    expect(output).toBe('Contoso dial-in\r\nUser name: alice\r\nPasscode: \r\nWelcome.\r\n');
  });

  test.each([
    ['a wrong passcode', 'alice', '654321'],
    ['the passcode of another user', 'bob', '123456'],
    ['an unknown user', 'mallory', '123456'],
  ])('refuses %s as FAILURE (SD-11)', async (_, userName, code) => {
    const { outcome, output } = await logIn(userName, code);
    expect(outcome).toEqual({ outcome: 'failure', userName, domain: 'CONTOSO', dwError: 0 });
    expect(output).toContain('Access denied.\r\n');
  });
});
