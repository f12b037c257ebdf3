import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { writeTape } from '../../lib/tape/tape-file';
import { loadPolicy } from '../../lib/loading/load-policy';
import { CapturedIo } from '../support/captured-io';
import { record } from '../tape/recording';

const POLICY = 'examples/passcode.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapes '));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

async function rasshost(...args: string[]) {
  const io = new CapturedIo();
  const code = await main(args, io, new AbortController().signal);
  return { code, out: io.out, err: io.problems };
}

function write(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

/** A tape of a caller who logs in to the example. */
async function tapeOf(name: string, passcode: string): Promise<string> {
  const file = join(directory, name);
  await writeTape(file, await record(await loadPolicy(POLICY), ['alice\r', `${passcode}\r`]));
  return file;
}

function policy(text: string): string {
  return write('policy.ts', `import { definePolicy, deny, grant } from 'rasshost';\n${text}`);
}

test('replay finds nothing different in the policy of the tapes, and exits with 0', async () => {
  const good = await tapeOf('good.tape', '123456');
  const bad = await tapeOf('bad.tape', '654321');
  const secrets = write(
    'secrets.json',
    '{"secret-1": "123456", "bad.tape": {"secret-1": "654321"}}',
  );
  expect(await rasshost('replay', good, bad, '--policy', POLICY, '--secrets', secrets)).toEqual({
    code: 0,
    out: `${good}: no difference\n${bad}: no difference\n`,
    err: '',
  });
});

test('replay lists prompts and verdicts that differ, without any secret, and exits with 1', async () => {
  const tape = await tapeOf('good.tape', '123456');
  const changed = policy(`export default definePolicy(async (dialog) => {
    dialog.print('Contoso dial-in\\r\\n');
    const userName = await dialog.ask('Name: ');
    const passcode = await dialog.askSecret('Passcode: ');
    dialog.print('Welcome.\\r\\n');
    dialog.print(\`It was \${passcode.text()}.\\r\\n\`);
    return deny({ userName, domain: 'CONTOSO' });
  });`);
  const secrets = write('secrets.json', '{"secret-1": "123456"}');
  const { code, out, err } = await rasshost(
    ...['replay', tape, '--policy', changed, '--secrets', secrets],
  );
  expect([code, err]).toEqual([1, '']);
  expect(out).toBe(`${tape}: 3 differences
  line 3, text
    expected  "User name: "
    got       "Name: "
  line 10, text
    expected  nothing
    got       "It was [secret-1].\\r\\n"
  line 10, verdict
    expected  success CONTOSO\\alice
    got       failure CONTOSO\\alice
`);
  const json = await rasshost(
    ...['replay', tape, '--policy', changed, '--secrets', secrets, '--json'],
  );
  expect(JSON.parse(json.out)).toMatchObject({
    tape,
    differences: [{ line: 3, kind: 'text', expected: '"User name: "', got: '"Name: "' }, {}, {}],
  });
  expect(out + json.out).not.toContain('123456');
});

describe('replay says why, and plays nothing, when', () => {
  test.each<[string, string, string, number, RegExp]>([
    [
      'a secret is missing',
      POLICY,
      '{}',
      5,
      /^rasshost: RASSHOST_E_TAPE_SECRET: a\.tape: secret-1: /,
    ],
    ['the secrets are no JSON', POLICY, '{"hunter2"', 5, /RASSHOST_E_TAPE_SECRET: .*not JSON\n$/],
    [
      'a secret is no line',
      POLICY,
      '{"secret-1": "1\\n2"}',
      5,
      /a\.tape: secret-1: its text has a character/,
    ],
    ['there is no such policy', 'no.ts', '{}', 6, /RASSHOST_E_POLICY_NOT_FOUND/],
  ])('%s', async (_what, policyFile, secrets, expected, message) => {
    const tape = await tapeOf('a.tape', '123456');
    const file = write('secrets.json', secrets);
    const { code, out, err } = await rasshost(
      ...['replay', tape, '--policy', policyFile, '--secrets', file],
    );
    expect([code, out, err]).toEqual([expected, '', expect.stringMatching(message)]);
  });

  test('a tape is none, or there is none, or no policy is named', async () => {
    const tape = write('a.tape', '{"tape":2}\n');
    const replay = (...args: string[]) => rasshost('replay', ...args, '--policy', POLICY);
    expect(await replay(tape)).toMatchObject({
      code: 5,
      err: `rasshost: RASSHOST_E_TAPE: ${tape}:1: it is a tape of version 2, but this rasshost reads version 1\n`,
    });
    const none = join(directory, 'none');
    expect(await replay(tape, none)).toEqual({
      code: 2,
      out: '',
      err: `rasshost: RASSHOST_E_OPTION: replay: there is no file ${none}\n`,
    });
    expect(await replay(tape, '--secrets', none)).toMatchObject({
      code: 2,
      err: expect.stringContaining(`--secrets: there is no file ${none}`),
    });
    expect(await rasshost('replay', tape)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--policy/),
    });
    expect(await replay()).toMatchObject({ code: 2 });
  });
});
