// The projects of `rasshost init`, as their users have them: with rasshost as an installed package.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { POLICY_TEMPLATES } from '../../lib/cli/projects';

const ROOT = resolve(__dirname, '../..');

/** What `npm install` puts there. */
const PACKAGES = {
  rasshost: ROOT,
  ...Object.fromEntries(
    ['typescript', '@types/node', 'undici-types'].map((name) => [
      name,
      join(ROOT, 'node_modules', name),
    ]),
  ),
  '.bin/rasshost': join(ROOT, 'dist/cli/main.js'),
  '.bin/tsc': join(ROOT, 'node_modules/typescript/bin/tsc'),
};

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'rasshost-template-'));
});
afterEach(() => rmSync(project, { recursive: true }));

function init(...options: string[]): void {
  execFileSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), 'init', project, ...options]);
  for (const [name, target] of Object.entries(PACKAGES)) {
    const link = join(project, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link);
  }
}

function npm(...args: string[]): string {
  return execFileSync('npm', args, {
    cwd: project,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe.each(POLICY_TEMPLATES)('the project of the template %s', (template) => {
  beforeEach(() => init('--template', template));

  test('has tests that pass, and fail when everybody is let in', () => {
    expect(npm('test')).toMatch(/ fail 0$/m);
    const policy = join(project, 'policy.ts');
    const right = readFileSync(policy, 'utf8');
    expect(right).toContain('return deny(');
    writeFileSync(policy, right.replace('return deny(', 'return grant('));
    expect(() => npm('test')).toThrow(
      expect.objectContaining({ stdout: expect.stringMatching(/ fail [1-9]/) }),
    );
  });

  test('has types that are right, and passes its own check', () => {
    expect(npm('run', 'typecheck')).not.toContain('error');
    const checked = npm('run', 'check', '--', '--load-seconds', '100');
    expect(checked).toMatch(/^types +TypeScript 5\.[\d.]+: ok$/m);
    expect(checked).toMatch(/^ {2}policy\.ts:\d+:\d+ {2}"User name: "$/m);
    expect(checked).toMatch(/^nothing is wrong$/m);
  });

  test('has a program that makes the hash of a passcode that policies take', () => {
    const hash = execFileSync('npm', ['run', '--silent', 'hash-passcode'], {
      cwd: project,
      encoding: 'utf8',
      input: '246810\n',
      stdio: ['pipe', 'pipe', 'ignore'],
    }).trim();
    expect(hash).toMatch(/^[0-9a-f]{32}:[0-9a-f]{64}$/);
    const users = join(project, template === 'groups' ? 'users.ts' : 'policy.ts');
    const text = readFileSync(users, 'utf8');
    writeFileSync(users, text.replace(/[0-9a-f]{32}:[0-9a-f]{64}/, hash));
    writeFileSync(join(project, 'call.txt'), 'send "alice\\r246810\\r"\nexpect "Welcome."\n');
    const call = ['simulate', 'policy.ts', '--script', 'call.txt', '--load-seconds', '100'];
    expect(npm('exec', 'rasshost', '--', ...call)).toContain('success CONTOSO\\alice');
  });
});
