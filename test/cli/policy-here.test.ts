// Policies that write to the console, and forget promises, in the commands that run them here.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MAIN = resolve(__dirname, '../../dist/cli/main.js');

const POLICY = `
  import { definePolicy, deny } from 'rasshost';
  console.log('said at the top');
  void Promise.reject(new Error('forgotten at the top'));
  export default definePolicy(async (dialog) => {
    console.log('said in the call');
    void Promise.reject(new Error('forgotten in the call'));
    await dialog.ask('Name: ');
    return deny();
  });`;

let directory: string;
let policy: string;
let tape: string;

function rasshost(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [MAIN, ...args, '--load-seconds', '600'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return { status, stdout, stderr };
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost-here-'));
  policy = join(directory, 'policy.ts');
  writeFileSync(policy, POLICY);
  writeFileSync(join(directory, 'call.txt'), 'expect "Name: "\nsend "alice\\r"\n');
  tape = join(directory, 'call.tape');
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The command lines, and their exit codes. The first one makes the tape of the last one. */
const COMMANDS: Readonly<Record<string, () => [number, ...string[]]>> = {
  simulate: () => [1, policy, '--script', join(directory, 'call.txt'), '--record', tape],
  try: () => [0, policy, '--simulated', 'alice'],
  replay: () => [0, tape, '--policy', policy],
};

test.each(Object.keys(COMMANDS))(
  '%s --json: neither is on stdout, both are on stderr, and the command goes on',
  (name) => {
    const [code = 0, ...args] = COMMANDS[name]?.() ?? [];
    const { status, stdout, stderr } = rasshost(name, ...(args as string[]), '--json');
    expect({ status, stderr }).toEqual({ status: code, stderr: expect.any(String) });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => typeof JSON.parse(line))).toEqual(lines.map(() => 'object'));
    for (const where of ['at the top', 'in the call']) {
      expect(stderr).toMatch(new RegExp(`^said ${where}$`, 'm'));
      expect(stderr).toMatch(
        new RegExp(`^a promise that nobody awaits has failed: Error: forgotten ${where}$`, 'm'),
      );
    }
  },
);
