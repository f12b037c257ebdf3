'use strict';
// A Debian 13 of its own below the cache, on which nothing is installed but Node.js and npm as Debian
// has them, and programs that run in it. Takes root, and Debian outside as well.

const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync } = require('node:fs');
const { readdirSync, readlinkSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { ROOT, run } = require('./run');
const { SCRIPT: NO_SERVICES } = require('./without-services');

const RELEASE = 'trixie';

/** Where the clone of this checkout lies, as the root sees it. */
const CLONE = '/srv/rasshost';

/** How this machine reaches networks, in its environment. */
const NETWORK = /^((https?|ftp|all|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i;

/** The same, in npm's configuration. */
const NPM_KEYS = ['registry', 'cafile', 'proxy', 'https-proxy', 'noproxy', 'strict-ssl'];

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** Mounts what programs expect to find, in a namespace of its own. */
const ENTER = `set -e
root=$1; shift
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
chroot "$root" "$@"`;

/** The mirror that this machine's apt takes its own release from. */
function mirror() {
  const release = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const format = ['--format', '$(SITE) $(RELEASE)', 'Created-By: Packages'];
  const targets = run('apt-get', ['indextargets', ...format])
    .trim()
    .split('\n');
  const [site] = targets.map((line) => line.split(' ')).find(([, name]) => name === release) ?? [];
  if (site === undefined) throw new Error(`apt has no source for ${release}`);
  return site;
}

function networkEnvironment() {
  return Object.entries(process.env).filter(([name]) => NETWORK.test(name));
}

function npmSettings() {
  // As npm itself would see it, not as `npm run` has put it into our environment.
  const clean = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const get = (key) =>
    run('npm', ['config', 'get', key], { cwd: '/', env: Object.fromEntries(clean) }).trim();
  return NPM_KEYS.map((key) => [key, get(key)]).filter(([, value]) => !/^(null|)$/.test(value));
}

/** Has apt and npm in the root reach what they reach outside. */
function connect(root) {
  const npm = npmSettings();
  const files = [...networkEnvironment(), ...npm].map(([, value]) => value);
  for (const file of ['/etc/resolv.conf', '/etc/hosts', CERTIFICATES, ...files]) {
    if (!/^\/.*\.(conf|crt|pem)$|^\/etc\/hosts$/.test(file) || !existsSync(file)) continue;
    mkdirSync(dirname(join(root, file)), { recursive: true });
    rmSync(join(root, file), { force: true });
    cpSync(file, join(root, file), { dereference: true });
  }
  // A proxy may have a password in its address.
  const forRootOnly = { mode: 0o600 };
  const npmrc = npm.map((pair) => `${pair.join('=')}\n`).join('');
  writeFileSync(join(root, 'root/.npmrc'), npmrc, forRootOnly);
  const acquire = run('apt-config', ['dump']).match(/^Acquire::https?::.*$/gm) ?? [];
  writeFileSync(join(root, 'etc/apt/apt.conf.d/90machine'), `${acquire.join('\n')}\n`, forRootOnly);
  writeFileSync(join(root, 'usr/sbin/policy-rc.d'), NO_SERVICES, { mode: 0o755 });
}

/** As a child process; its output goes to the descriptors given. */
function enter(root, command, { env = {}, stdio }) {
  const variables = Object.entries({
    ...Object.fromEntries(networkEnvironment()),
    HOME: '/root',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...env,
  }).map(([name, value]) => `${name}=${value}`);
  const directory = existsSync(join(root, CLONE)) ? CLONE : '/';
  const within = ['env', '-i', '-C', directory, ...variables, ...command];
  const namespace = ['--mount', '--pid', '--fork', '--kill-child'];
  return spawn('unshare', [...namespace, 'sh', '-c', ENTER, 'sh', root, ...within], { stdio });
}

/** Runs a command in the root with its output in a file. Returns its exit code. */
async function runInRoot(root, command, log, env) {
  const output = openSync(log, 'a');
  try {
    const child = enter(root, command, { env, stdio: ['ignore', output, output] });
    const [code] = await once(child, 'exit');
    return code ?? 1;
  } finally {
    closeSync(output);
  }
}

/** Makes a root with Node.js and npm, unless it is there. */
async function makeRoot(root, log, progress) {
  if (existsSync(root)) return;
  const staging = `${root}.new`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(dirname(root), { recursive: true });
  progress(`debootstrap of ${RELEASE} (once, some minutes)`);
  const include = '--include=ca-certificates';
  const bootstrap = spawnSync(
    'debootstrap',
    ['--variant=minbase', include, RELEASE, staging, mirror()],
    { encoding: 'utf8', maxBuffer: Infinity },
  );
  writeFileSync(log, `${bootstrap.stdout}${bootstrap.stderr}`);
  if (bootstrap.status !== 0) throw new Error(`debootstrap failed: see ${log}`);
  connect(staging);
  progress('nodejs and npm of Debian (once)');
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'nodejs', 'npm']]) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    if ((await runInRoot(staging, ['apt-get', ...args], log, env)) !== 0) {
      throw new Error(`apt-get ${args.join(' ')} failed: see ${log}`);
    }
  }
  renameSync(staging, root);
}

/** Whether a process has it for its root directory: another run of the matrix, which it would end. */
function isInUse(root) {
  const rootOf = (pid) => {
    try {
      return readlinkSync(`/proc/${pid}/root`);
    } catch {
      // It has ended meanwhile.
      return '';
    }
  };
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && rootOf(name) === root);
}

/** A root to work in: as fresh from debootstrap when asked to, with a fresh clone in any case. */
async function openRoot(cache, { fresh, log, progress }) {
  const pristine = join(cache, 'debian-13');
  const root = join(cache, 'debian-13-used');
  if (isInUse(root)) throw new Error(`another run uses ${root}`);
  await makeRoot(pristine, log, progress);
  if (fresh || !existsSync(root)) {
    progress('a copy of the fresh Debian 13');
    rmSync(root, { recursive: true, force: true });
    run('cp', ['-a', pristine, root]);
  }
  connect(root);
  const clone = join(root, CLONE);
  rmSync(clone, { recursive: true, force: true });
  run('git', ['clone', '--quiet', ROOT, clone]);
  if (run('git', ['status', '--porcelain']) !== '') {
    progress('the working tree has changes that are not committed: the clone has none of them');
  }
  return root;
}

module.exports = { CLONE, openRoot, runInRoot };
