import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { definePolicy, deny, grant, type PolicyFunction } from 'rasshost';
import { CodePage } from '../../lib/dialog/code-page';
import { parseTape } from '../../lib/replay/parse-tape';
import { replayTape } from '../../lib/replay/replay-tape';
import { formatTape, type Tape } from '../../lib/tape/tape';
import { secretsToType } from '../../lib/replay/tape-secrets';
import { dialogs, policyOf, secretsOf } from '../tape/random-dialogs';
import { record } from '../tape/recording';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

function replay(tape: Tape, policy: PolicyFunction, secrets: Record<string, string> = {}) {
  const given = new Map(Object.entries(secrets));
  const toType = secretsToType(tape, 'a.tape', given, new CodePage('ascii'));
  return replayTape(tape, definePolicy(policy), toType);
}

/** Numbers them as the recorder does. */
function namedSecrets(secrets: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    [...new Set(secrets)].map((secret, at) => [`secret-${at + 1}`, secret]),
  );
}

test('any dialog, recorded and replayed against the same policy, shows no difference', async () => {
  await fc.assert(
    fc.asyncProperty(dialogs(), async (dialog) => {
      const tape = await record(policyOf(dialog), dialog.reactions);
      const read = parseTape(formatTape(tape), 'a.tape');
      expect(read).toEqual(tape);
      expect(await replay(read, policyOf(dialog), namedSecrets(secretsOf(dialog)))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

/** Asks for a name and a passcode, and decides. */
const login: PolicyFunction = async (dialog) => {
  const userName = await dialog.ask('User name: ');
  const passcode = await dialog.askSecret('Passcode: ');
  return passcode.equals('hunter2') ? grant({ ...ALICE, userName }) : deny({ ...ALICE, userName });
};

test('of any dialog with a patient caller, a changed prompt or verdict is the only difference', async () => {
  const changes = fc.record({ prompt: fc.nat(), verdict: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(dialogs({ patient: true }), changes, async (dialog, change) => {
      const questions = dialog.steps.filter(({ does }) => does === 'ask' || does === 'askSecret');
      const changed = questions[change.prompt % Math.max(1, questions.length)];
      const steps = dialog.steps.map((step) =>
        step === changed && 'text' in step ? { ...step, text: `${step.text}(changed)` } : step,
      );
      const decision = change.verdict ? 'anything else' : dialog.decision;
      const found = await replay(
        await record(policyOf(dialog), dialog.reactions),
        policyOf({ ...dialog, steps, decision }),
        namedSecrets(secretsOf(dialog)),
      );
      expect(found.map(({ kind }) => kind)).toEqual([
        ...(changed ? ['text'] : []),
        ...(change.verdict ? ['verdict'] : []),
      ]);
    }),
    { numRuns: 150 },
  );
});

describe('a replay lists', () => {
  /** Of a caller who logs in. */
  let tape: Tape;
  beforeAll(async () => {
    tape = await record(login, ['alice\r', { types: 'hunter2\r', afterMs: 20_000 }]);
  });
  const secrets = { 'secret-1': 'hunter2' };

  test('a question more than there were, to which the caller has no answer', async () => {
    const policy: PolicyFunction = async (dialog) => {
      const verdict = await login(dialog);
      await dialog.ask('Callback number: ');
      return verdict;
    };
    expect(await replay(tape, policy, secrets)).toEqual([
      { line: 8, kind: 'text', got: '"Callback number: "' },
      { line: 8, kind: 'question', got: 'for a line' },
      {
        line: 8,
        kind: 'verdict',
        expected: 'success CONTOSO\\alice',
        got: 'none: the caller hung up',
      },
    ]);
  });

  test('a time-out that the recorded caller is now too slow for', async () => {
    const policy: PolicyFunction = async (dialog) => {
      const userName = await dialog.ask('User name: ');
      await dialog.askSecret('Passcode: ', { timeoutSeconds: 10 });
      return grant({ ...ALICE, userName });
    };
    expect(await replay(tape, policy, secrets)).toMatchObject([
      { kind: 'secret answer', expected: '[secret-1]' },
      { kind: 'no answer', got: 'timeout' },
      { kind: 'verdict', got: expect.stringMatching(/^failure .*DialogTimeout/) },
    ]);
  });

  test('what was thrown, with placeholders for the secrets in it', async () => {
    const policy: PolicyFunction = async (dialog) => {
      await dialog.ask('User name: ');
      const passcode = await dialog.askSecret('Passcode: ');
      throw new Error(`no back end for ${passcode.text()}`);
    };
    expect(await replay(tape, policy, secrets)).toMatchObject([
      { got: 'error 645 ERROR_AUTH_INTERNAL (Error: no back end for [secret-1])' },
    ]);
  });

  test('a secret that the policy did not show before, without showing it', async () => {
    const policy: PolicyFunction = async (dialog) => {
      const verdict = await login(dialog);
      dialog.printSecret(Buffer.from('47114711'));
      dialog.print('It is 47114711.');
      return verdict;
    };
    expect(await replay(tape, policy, secrets)).toEqual([
      { line: 8, kind: 'secret text', got: 'a secret' },
      { line: 8, kind: 'text', got: '"It is [new]."' },
    ]);
  });

  test('a secret that is asked for in public, without showing it', async () => {
    const policy: PolicyFunction = async (dialog) => {
      const userName = await dialog.ask('User name: ');
      await dialog.ask('Passcode: ');
      return grant({ ...ALICE, userName });
    };
    const found = await replay(tape, policy, secrets);
    expect(found.map(({ kind }) => kind)).toEqual(['question', 'secret answer', 'answer']);
    expect(JSON.stringify(found)).not.toContain('hunt');
  });
});

test('a text is the same in whatever pieces it is printed', async () => {
  const pieces = (...texts: string[]): PolicyFunction => {
    return async (dialog) => {
      for (const text of texts) dialog.print(text);
      return grant({ ...ALICE, userName: await dialog.ask('? ') });
    };
  };
  const tape = await record(pieces('Contoso\r\nDial', '-in\r\n'), ['alice\r']);
  expect(await replay(tape, pieces('Con', 'toso\r\n', 'Dial-in\r', '\n'))).toEqual([]);
  expect(await replay(tape, pieces('Contoso\r\nDial-up\r\n'))).toEqual([
    { line: 2, kind: 'text', expected: '"Dial-in\\r\\n"', got: '"Dial-up\\r\\n"' },
  ]);
});

test('what was two secrets is not replayed with one, nor anything without a secret', async () => {
  const policy: PolicyFunction = async (dialog) => {
    await dialog.askSecret('Passcode: ');
    await dialog.askSecret('Next tokencode: ');
    return grant(ALICE);
  };
  const tape = await record(policy, ['123456\r', '234567\r']);
  const same = { 'secret-1': '555555', 'secret-2': '555555' };
  for (const [secrets, message] of [
    [
      same,
      'a.tape: secret-2: it has the same text as secret-1, but the caller typed two different things',
    ],
    [{ 'secret-1': '123456' }, 'a.tape: secret-2: --secrets gives nothing to be typed for it'],
  ] as const) {
    expect(() => replay(tape, policy, secrets)).toThrow(`RASSHOST_E_TAPE_SECRET: ${message}`);
  }
});

test('a generated PIN is typed as the replayed policy shows it, and needs no secret', async () => {
  const policy: PolicyFunction = async (dialog) => {
    const pin = await dialog.newPin({ origin: 'generated', minLength: 8, maxLength: 8 });
    const typed = await dialog.askSecret('PIN: ');
    return typed.equals(pin) ? grant(ALICE) : deny(ALICE);
  };
  const tape = await record(policy, ['y\r', { typesSecret: true }]);
  expect(tape.events).toContainEqual(expect.objectContaining({ outcome: 'success' }));
  expect(await replay(tape, policy)).toEqual([]);
});

test('a hang-up while the policy is at something else comes in the replay, too', async () => {
  const policy: PolicyFunction = async (dialog) => {
    await dialog.ask('User name: ');
    await new Promise((resolve) => dialog.signal.addEventListener('abort', resolve));
    return deny(ALICE);
  };
  const ended = { event: 'outcome', outcome: 'ended' } as const;
  const tape = await record(policy, ['alice\r']);
  expect(tape.events.at(-1)).toMatchObject({ ...ended, why: 'deadline' });
  expect(await replay(tape, policy)).toEqual([]);
  const hungUp = {
    ...tape,
    events: [...tape.events.slice(0, -1), { t: 9000, ...ended, why: 'hung-up' as const }],
  };
  expect(await replay(hungUp, policy)).toEqual([]);
});

test('a policy may take real time for something else, such as a hash', async () => {
  const asks: PolicyFunction = async (dialog) =>
    grant({ ...ALICE, userName: await dialog.ask('? ') });
  const hashes: PolicyFunction = async (dialog) => {
    const userName = await dialog.ask('? ');
    await promisify(scrypt)(userName, 'salt', 32);
    return grant({ ...ALICE, userName });
  };
  expect(await replay(await record(asks, ['alice\r']), hashes)).toEqual([]);
});
