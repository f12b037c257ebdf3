import { inspect } from 'node:util';
import fc from 'fast-check';
import { definePolicy, deny, type Dialog, type LogFields, type PolicyOptions } from 'rasshost';
import { dial, runDialog, SimulatedRasServer, type Caller } from 'rasshost/testing';

/** What is in the log when a policy has asked for a passcode and logs something. */
async function logged(
  passcode: string,
  log: (dialog: Dialog, typed: Buffer) => void,
  options: PolicyOptions = {},
): Promise<Caller['log']> {
  const policy = definePolicy(async (dialog) => {
    dialog.printSecret(Buffer.from('PIN-4711'));
    const typed = await dialog.askSecret('Passcode: ');
    expect(typed).toHaveLength(passcode.length);
    log(dialog, Buffer.from(passcode));
    return deny();
  }, options);
  const caller = dial(policy, { at: '2026-01-05T12:00Z' });
  await caller.sees('Passcode: ');
  caller.types(`${passcode}\r`);
  await caller.outcome();
  return caller.log;
}

async function textOf(passcode: string, message: string, fields?: LogFields): Promise<string> {
  const [entry] = await logged(passcode, (dialog) => dialog.log.info(message, fields));
  return entry?.text ?? '';
}

test('a line has the time and the id of its dialog, how bad it is, and what belongs to it', async () => {
  const entries = await logged('246810', (dialog) => {
    dialog.log.info('asked', { serial: 'A17', tries: 2 });
    dialog.log.warn('slow');
    dialog.log.error('gone', { error: new Error('no answer') });
  });
  expect(entries).toEqual([
    { date: expect.any(Date), id: '1', level: 'info', text: "asked { serial: 'A17', tries: 2 }" },
    { date: expect.any(Date), id: '1', level: 'warn', text: 'slow' },
    { date: expect.any(Date), id: '1', level: 'error', text: expect.stringMatching(/^gone {/) },
  ]);
  expect(entries[0]?.date.toISOString()).toMatch(/^2026-01-05T12:00:0/);
  expect(entries[2]?.text).toMatch(/error: Error: no answer\n {4} +at .*dialog-log.test.ts/);
});

test('goes to standard error unless somebody else takes it', async () => {
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const policy = definePolicy((dialog) => {
      dialog.log.warn('the token server is slow', { seconds: 4 });
      return deny();
    });
    await new SimulatedRasServer().call((transaction) => {
      void runDialog(transaction, policy, () => undefined);
    }).outcome;
    expect(written.mock.calls.map(([text]) => text)).toEqual([
      expect.stringMatching(
        /^\d{4}-.*Z dialog 1: warn: the token server is slow { seconds: 4 }\n$/,
      ),
    ]);
  } finally {
    written.mockRestore();
  }
});

test.each<[string, (text: string, bytes: Buffer) => unknown]>([
  ['a text', (text) => text],
  ['a part of a text', (text) => `passcode=${text};`],
  ['a Buffer', (_, bytes) => bytes],
  ['a Uint8Array', (_, bytes) => Uint8Array.from(bytes)],
  ['the message of an error', (text) => new Error(`wrong: ${text}`)],
  ['the cause of an error', (text) => new Error('no', { cause: { asked: [text] } })],
  ['a key', (text) => ({ [text]: 1 })],
  ['an object within an object', (text) => ({ asked: { text } })],
  ['a Map', (text, bytes) => new Map([[text, bytes]])],
])('hides a secret of the dialog in %s', async (_, make) => {
  for (const passcode of ['246810', '24\\68"1\'0`', 'x'.repeat(60), "24'68"]) {
    const entries = await logged(passcode, (dialog, bytes) =>
      dialog.log.info(`asked about ${passcode}`, { value: make(passcode, bytes) }),
    );
    const text = entries[0]?.text ?? '';
    expect(text).toMatch(/^asked about \[secret\] .*\[secret\]/s);
    expect(text).not.toContain(passcode);
    expect(text).not.toContain(inspect(Buffer.from(passcode)).slice(8, 20));
  }
});

test('hides what was shown in secret, and what is in another code page', async () => {
  expect(await textOf('246810', 'the PIN is PIN-4711')).toBe('the PIN is [secret]');
  const options = { codePage: 'cp437' };
  const [entry] = await logged('gr\u00fcn', (dialog) => dialog.log.info('gr\u00fcn'), options);
  expect(entry?.text).toBe('[secret]');
});

test('hides no other text: the secret of a dialog is not that of another one', async () => {
  expect(await textOf('246810', 'asked', { name: 'alice', port: 24 })).toBe(
    "asked { name: 'alice', port: 24 }",
  );
  await logged('135791', () => undefined);
  expect(await textOf('246810', '135791')).toBe('135791');
});

test('never throws, and is one entry, whatever is logged', async () => {
  const anything = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true });
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), anything, async (message, value) => {
      const text = await textOf('246810', message, { value });
      expect(
        text
          .split('\n')
          .slice(1)
          .every((line) => line.startsWith('    ')),
      ).toBe(true);
      // eslint-disable-next-line no-control-regex
      expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f]/);
    }),
    { numRuns: 50 },
  );
});
