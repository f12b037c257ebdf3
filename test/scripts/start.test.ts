// `npm start` in a checkout, with nobody at a terminal.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { leaveNoProcess } from '../support/wine-processes';

const SEEN = 'Contoso dial-in\nUser name: alice\nPasscode: \nWelcome.\n[PPP begins]\n\n';
const OUTCOME = /\n\ncall 1: success CONTOSO\\alice, \d+\.\d s\n$/;

leaveNoProcess();

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const cwd = resolve(__dirname, '../..');
  return spawnSync(program, args, { cwd, env, input: '', encoding: 'utf8' });
}

/** That the caller, every call with its result, and the outcome are shown. */
function expectShown(stdout: string): void {
  const [before = '', shown = ''] = stdout.replaceAll('\r', '').split(SEEN);
  expect(before).not.toContain('call 1');
  expect(shown).toMatch(OUTCOME);
  const [calls = ''] = shown.split(OUTCOME);
  const line = / ms {2}RasSecurityDialog(Begin|Send|Receive|Complete|End) +(\d+ [A-Z_]+)?/g;
  const first = new Set([...calls.matchAll(line)].map(([, name, result]) => [name, result].join()));
  expect([...first]).toEqual([
    ...['Begin,0 SUCCESS', 'Send,600 PENDING', 'Receive,600 PENDING'],
    ...['Complete,', 'End,619 ERROR_PORT_DISCONNECTED'],
  ]);
}

test('npm start plays the caller of the example, shows the calls, and exits with 0', () => {
  const { status, stdout, stderr } = run('npm', ['start'], process.env);
  expectShown(stdout);
  expect(stderr).not.toContain('simulated');
  expect(status).toBe(0);
});

test('npm start on Windows looks for no packages of Debian when the binaries are there', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-test-'));
  const windows = join(directory, 'windows.js');
  writeFileSync(windows, "Object.defineProperty(process, 'platform', { value: 'win32' });");
  const args = ['--require', windows, 'scripts/start.js'];
  // The command that it starts is none of Windows, and does without Wine.
  const env = { PATH: directory, RASSHOST_WINE_HOME: join(directory, 'home') };
  const { status, stdout, stderr } = run(process.execPath, args, env);
  rmSync(directory, { recursive: true });
  expectShown(stdout);
  expect(stderr).not.toContain("can't be had here");
  expect(stderr).toContain("can't run here");
  expect(status).toBe(0);
});

test('npm start where Wine can not be had says so in a line, and simulates the RAS server', () => {
  const nothing = mkdtempSync(join(tmpdir(), 'rasshost-test-'));
  const { status, stdout, stderr } = run(process.execPath, ['scripts/start.js'], { PATH: nothing });
  rmSync(nothing, { recursive: true });
  expectShown(stdout);
  expect(stderr).toMatch(/^the Windows binaries can't be had here, so RAS is simulated \(.+\)\n$/);
  expect(status).toBe(0);
});
