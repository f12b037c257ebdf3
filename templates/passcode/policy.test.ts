import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dial, everyHangUp, type Caller } from 'rasshost/testing';
import { hashPasscode } from './passcodes.ts';
import { dialIn } from './policy.ts';

const policy = dialIn(new Map([['alice', await hashPasscode('246810')]]));

async function logIn(caller: Caller, userName: string, passcode: string): Promise<void> {
  await caller.sees('User name: ');
  caller.types(`${userName}\r`);
  await caller.sees('Passcode: ');
  caller.types(`${passcode}\r`);
}

test('lets in who knows the passcode', async () => {
  const caller = dial(policy);
  await logIn(caller, 'alice', '246810');
  await caller.sees('Welcome.');
  assert.deepEqual(await caller.outcome(), {
    outcome: 'success',
    userName: 'alice',
    domain: 'CONTOSO',
    dwError: 0,
  });
});

test('serves a script that sends everything at once, too', async () => {
  const caller = dial(policy);
  caller.types('alice\r246810\r');
  assert.equal((await caller.outcome()).outcome, 'success');
});

test('asks three times, and then refuses', async () => {
  const caller = dial(policy);
  await logIn(caller, 'alice', '000000');
  await caller.sees('Access denied.');
  await logIn(caller, 'mallory', '246810');
  await caller.sees('Access denied.');
  await logIn(caller, 'alice', '');
  caller.types('24681\r');
  await caller.sees('Access denied.');
  assert.equal((await caller.outcome()).outcome, 'failure');
});

test('gives a second chance', async () => {
  const caller = dial(policy);
  await logIn(caller, 'alice', '246801');
  await logIn(caller, 'alice', '246810');
  assert.equal((await caller.outcome()).outcome, 'success');
});

test('never shows the passcode', async () => {
  const caller = dial(policy);
  await logIn(caller, 'alice', '246810');
  await caller.outcome();
  assert.equal(caller.screen, 'Contoso dial-in\nUser name: alice\nPasscode:\nWelcome.');
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
