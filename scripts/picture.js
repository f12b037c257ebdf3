'use strict';
// Draws docs/pictures/simulate.svg: the policy of README.md is called at a genuine terminal, and
// the picture shows what stands on it in the end.

const { execFileSync } = require('node:child_process');
const { randomUUID } = require('node:crypto');
const {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { setTimeout: delay } = require('node:timers/promises');
const { buildTypeScript } = require('./build');
const { ROOT } = require('./run');
const { terminalSvg } = require('./terminal-svg');

const FILE = join(ROOT, 'docs/pictures/simulate.svg');
const TITLE = 'A caller is refused, calls again, and is let in';
const [COLUMNS, ROWS] = [80, 24];

/** What is waited for at the end of the screen, and then typed. */
const STEPS = [
  [/^\$$/, 'npx rasshost simulate policy.ts --keep\r'],
  [/User name:\n.*left/, 'alice\r'],
  [/Passcode:\n.*left/, '123\r'],
  [/call 1: failure.*\n+no caller.*Enter/, '\r'],
  [/User name:\ncall 2.*left/, 'alice\r'],
  [/Passcode:\n.*left/, '123456\r'],
  [/call 2: success.*\n+no caller.*Enter/, ''],
];

const { HOME, PATH } = process.env;
const ENVIRONMENT = {
  ...{ HOME, PATH, PS1: '$ ', TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' },
  ...{ HISTFILE: '/dev/null', npm_config_update_notifier: 'false' },
};

/** How long a step may take. */
const PATIENCE_MS = 60_000;

/** Draws the picture anew, with dist/ as it is, and returns it. */
async function picture() {
  const directory = project();
  const server = `rasshost-picture-${randomUUID()}`;
  const tmux = (...args) =>
    execFileSync('tmux', ['-L', server, '-f', '/dev/null', ...args], {
      cwd: directory,
      encoding: 'utf8',
      env: ENVIRONMENT,
    });
  try {
    tmux('new-session', '-d', '-x', `${COLUMNS}`, '-y', `${ROWS}`, 'bash', '--norc');
    for (const [expected, keys] of STEPS) {
      await until(expected, () => tmux('capture-pane', '-p').replace(/ +$/gm, '').trimEnd());
      if (keys !== '') tmux('send-keys', '-l', keys);
    }
    return await terminalSvg(tmux('capture-pane', '-p', '-e'), COLUMNS, TITLE);
  } finally {
    tmux('kill-server');
    rmSync(directory, { recursive: true });
  }
}

/** A directory with the README's policy, in which rasshost is installed. */
function project() {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-picture-'));
  const [, policy] = /```ts\n(.*?)```/s.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'));
  writeFileSync(join(directory, 'policy.ts'), policy);
  mkdirSync(join(directory, 'node_modules/.bin'), { recursive: true });
  symlinkSync(ROOT, join(directory, 'node_modules/rasshost'));
  symlinkSync('../rasshost/dist/cli/main.js', join(directory, 'node_modules/.bin/rasshost'));
  return directory;
}

async function until(expected, look) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const screen = look();
    if (expected.test(screen)) return;
    if (Date.now() > end) throw new Error(`waited in vain for ${expected} in\n${screen}`);
    await delay(50);
  }
}

async function main() {
  buildTypeScript();
  writeFileSync(FILE, await picture());
}

if (require.main === module) void main();

module.exports = { FILE, picture };
