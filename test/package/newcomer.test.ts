// The way of a newcomer: the packed package, an empty folder, a project, its tests, and a call.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Tmux } from '../support/tmux';

const ROOT = resolve(__dirname, '../..');

/** For installations that only look at what the registry has when they must. */
const QUICK_NPM = {
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
};

let folder: string;
let demo: string;
let passcode: string;
let terminal: Tmux | undefined;

function shell(script: string, env: NodeJS.ProcessEnv = {}): string {
  return execFileSync('sh', ['-ec', script], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...QUICK_NPM, ...env },
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rasshost-newcomer-'));
  demo = join(folder, 'demo');
  shell(`npm pack --ignore-scripts --pack-destination . ${ROOT}`);
  const [tarball = ''] = readdirSync(folder);
  shell(`npm install --ignore-scripts ./${tarball}`);
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
});
afterAll(() => rmSync(folder, { recursive: true }));

test('what init prints installs a project and tests it, and a script dials in', () => {
  const printed = shell('npx rasshost init demo');
  [, passcode = ''] = /passcode (\d+)/.exec(printed) ?? [];
  const [, commands = '', last] = /\n\n(.*\n)(.*)\n$/s.exec(printed) ?? [];
  expect(shell(commands)).toMatch(/ fail 0$/m);
  expect(shell('cd demo; npm run typecheck')).not.toContain('error');

  writeFileSync(
    join(demo, 'call.txt'),
    'expect "name: "\nsend "alice\\r"\nexpect "code: "\nsend $PASSWORD\nsend "\\r"\nexpect "Welcome."\nexpect-outcome success\n',
  );
  expect(last).toBe('npx rasshost simulate policy.ts --watch');
  const call = `cd demo; ${last?.replace(' --watch', '')} --script call.txt --password-env PASSCODE`;
  expect(shell(call, { PASSCODE: passcode })).toContain('success CONTOSO\\alice');
});

test('at a terminal whose size changes a newcomer is refused, tries again, and is let in', async () => {
  const command = 'npx rasshost simulate policy.ts --watch --load-seconds 600';
  terminal = new Tmux(`cd ${demo} && ${command}`, 80, 24);
  const tmux = terminal;
  let changes = 0;
  const screens: string[] = [];
  /** What the terminal shows, and has shown, but for what takes more time or less. */
  const keep = (): void => {
    const shown = tmux.everything().replace(/\d+ s left.*/, 'N s left');
    screens.push(shown.replace(/\d+\.\d s$/gm, 'N s'));
  };
  const change = async (line: string): Promise<void> => {
    utimesSync(join(demo, 'policy.ts'), ++changes, changes);
    await tmux.shows(new RegExp(`${'the policy is new\n'.repeat(changes)}${line}\n.*s left`));
  };
  await tmux.shows(/User name:\n.*waiting for the caller/);
  keep();
  tmux.presses('-l', 'ali');
  await tmux.shows(/User name: ali\n.*s left/);
  tmux.resize(50, 12);
  tmux.presses('-l', 'ce');
  await change('User name: alice');
  keep();
  tmux.presses('Enter');
  await tmux.shows(/Passcode:\n.*s left/);
  tmux.presses('-l', '1');
  tmux.presses('Enter');
  await tmux.shows(/Access denied\.\nUser name:\n.*s left/);
  tmux.resize(120, 40);
  tmux.presses('-l', 'alice');
  await tmux.shows(/Access denied\.\nUser name: alice\n.*s left/);
  tmux.presses('Enter');
  await tmux.shows(/alice\nPasscode:\n.*s left/);
  keep();
  tmux.presses('-l', passcode);
  tmux.presses('Enter');
  await tmux.shows(/\[PPP begins\]\ncall 1: success CONTOSO\\alice.*\n+no caller \| Enter/);
  keep();
  tmux.presses('q');
  await tmux.shows(/exit code 0$/);
  keep();
  expect(screens.join(`\n${'='.repeat(80)}\n`)).toMatchSnapshot();
});

test('a mistake in the policy makes a test of the project fail', () => {
  const policy = join(demo, 'policy.ts');
  writeFileSync(policy, readFileSync(policy, 'utf8').replace('return deny(', 'return grant('));
  expect(() => shell('cd demo; npm test')).toThrow(
    expect.objectContaining({ stdout: expect.stringMatching(/fail 1$/m) }),
  );
});
