import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dial, everyHangUp, type Caller } from 'rasshost/testing';
import { hashPasscode } from './passcodes.ts';
import { dialIn } from './policy.ts';

const policy = dialIn({
  groups: [
    { rule: 'refused', members: ['guest'] },
    { rule: 'password', members: ['backup', 'guest'] },
    { rule: 'passcode', members: ['alice', 'bob'] },
  ],
  passcodes: new Map([['alice', await hashPasscode('246810')]]),
});

async function logIn(caller: Caller, userName: string, passcode: string): Promise<void> {
  await caller.sees('User name: ');
  caller.types(`${userName}\r`);
  await caller.sees('Passcode: ');
  caller.types(`${passcode}\r`);
}

test('lets in who is in the group of passcodes and knows theirs', async () => {
  const caller = dial(policy);
  await logIn(caller, 'Alice', '246810');
  await caller.sees('Welcome.');
  assert.deepEqual(await caller.outcome(), {
    outcome: 'success',
    userName: 'Alice',
    domain: 'CONTOSO',
    dwError: 0,
  });
});

test('lets in who is in the group of passwords, without a question', async () => {
  const caller = dial(policy);
  await caller.sees('User name: ');
  caller.types('backup\r');
  assert.equal((await caller.outcome()).outcome, 'success');
});

for (const [who, userName] of [
  ['with a wrong passcode', 'alice'],
  ['of the group of passcodes without one', 'bob'],
  ['of a group that is refused, though another lets them in', 'guest'],
  ['of no group', 'mallory'],
] as const) {
  test(`refuses a caller ${who}, after the same questions`, async () => {
    const caller = dial(policy);
    await logIn(caller, userName, '000000');
    await caller.sees('Access denied.');
    caller.types('000000\r000000\r');
    assert.equal((await caller.outcome()).outcome, 'failure');
    assert.equal(caller.screen.match(/Passcode:/g)?.length, 3);
  });
}

test('gives a second chance', async () => {
  const caller = dial(policy);
  await logIn(caller, 'alice', '246801');
  await caller.sees('Passcode: ');
  caller.types('246810\r');
  assert.equal((await caller.outcome()).outcome, 'success');
});

test('refuses who says nothing, and waits no longer than a minute', async () => {
  const caller = dial(policy);
  await caller.sees('User name: ');
  await caller.waits({ seconds: 61 });
  assert.equal((await caller.outcome()).outcome, 'failure');
});

test('lets nobody in who hangs up on the way', async () => {
  await everyHangUp(policy, (caller) => logIn(caller, 'alice', '246810'));
});
