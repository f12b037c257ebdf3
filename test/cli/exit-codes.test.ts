import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EXIT_CODES, exitCodeOfEmulator } from '../../lib/cli/exit-codes';
import { main } from '../../lib/cli/main';
import { CapturedIo } from '../support/captured-io';

const ROOT = resolve(__dirname, '../..');
const PASSCODE = join(ROOT, 'examples/passcode.ts');

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost-codes-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** The first cells of the table below a heading of a page: what stands there as the codes. */
function codesIn(page: string, heading: string): string[] {
  const [, section = ''] = readFileSync(join(ROOT, page), 'utf8').split(`\n${heading}`);
  const [table = ''] = /^\|(?:.*\|\n)+/m.exec(section) ?? [];
  return [...table.matchAll(/^\| ([^|]+?) +\|/gm)].map(([, code = '']) => code).slice(2);
}

/** A command line that ends with each of the codes. */
const COMMANDS: Readonly<Record<keyof typeof EXIT_CODES, () => string[]>> = {
  yes: () => call('send "alice\\r123456\\r"'),
  no: () => call('send "alice\\r654321\\r"'),
  usage: () => ['simulate', PASSCODE, '--no-such-option'],
  fault: () => {
    const policy = file(
      'throws.ts',
      `import { definePolicy } from 'rasshost';
       export default definePolicy(() => { throw new Error('no token server'); });`,
    );
    return ['simulate', policy, '--script', file('nothing.txt', '')];
  },
  hungUp: () => call('expect "name: "\nhangup'),
  failed: () => call('expect-outcome success\nsend "alice\\r654321\\r"'),
  policy: () => ['check', join(directory, 'no-such.ts')],
};

/** What they say on stderr. */
const SAID: Readonly<Record<keyof typeof EXIT_CODES, RegExp>> = {
  yes: /^$/,
  no: /^$/,
  usage: /^rasshost: RASSHOST_E_OPTION: .*--no-such-option.*\n/,
  fault: /^the policy threw Error: no token server\n/,
  hungUp: /^$/,
  failed: /^rasshost: RASSHOST_E_SCRIPT: .*expected the outcome success, not failure\n$/,
  policy: /^rasshost: RASSHOST_E_POLICY_NOT_FOUND: .*no-such\.ts does not exist\n$/,
};

function call(script: string): string[] {
  return ['simulate', PASSCODE, '--script', file('call.txt', script)];
}

test('docs/cli.md has each exit code, and no other but those of signals', () => {
  const codes = Object.values(EXIT_CODES).map(String);
  expect(codesIn('docs/cli.md', '## Exit codes')).toEqual([...codes, '128 + N']);
});

test.each(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[])(
  'a command ends with the code of "%s"',
  async (name) => {
    const io = new CapturedIo();
    const code = await main(COMMANDS[name](), io, new AbortController().signal);
    const said = io.problems;
    expect({ code, said }).toEqual({
      code: EXIT_CODES[name],
      said: expect.stringMatching(SAID[name]),
    });
  },
);

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('a command that %s stops before it has a result ends with %i', async (signal, code) => {
  const io = new CapturedIo();
  expect(await main(['check', PASSCODE], io, AbortSignal.abort(signal))).toBe(code);
  expect(io.err).toMatch(/rasshost: RASSHOST_E_STOPPED: /);
});

test('each exit code of the emulator has one of ours', () => {
  // In docs/emulator.md the table follows what is said of limits.
  const ours = Object.fromEntries(
    codesIn('docs/emulator.md', '### Limits').map((code) => [
      code,
      exitCodeOfEmulator(code === 'other' ? 0xc0000005 : Number(code)),
    ]),
  );
  const { yes, usage, fault, failed } = EXIT_CODES;
  expect(ours).toEqual({ 0: yes, 1: failed, 2: usage, 3: fault, 4: failed, other: failed });
});
