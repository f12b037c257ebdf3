'use strict';

// The servers that are measured, each in a Wine prefix of its own and so with a wineserver of its
// own: what one costs is never counted for another.

const { once } = require('node:events');
const { closeSync, existsSync, openSync, readFileSync, rmSync } = require('node:fs');
const { mkdtemp } = require('node:fs/promises');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { setTimeout: delay } = require('node:timers/promises');
const { packageFiles, SECURITY_HOST_KEY, settingValues } = require('../dist/windows/settings');
const { ROOT } = require('../scripts/run');
const { windowsProgram } = require('./programs');
const { cpuSeconds, processesOf, winePrefixOf } = require('./processes');

const POLICY = join(__dirname, 'policy.ts');
/** Our security DLL of another revision, in a worker. */
const BEFORE = 'before';
const FLOOR_SCRIPT = join(__dirname, 'native/floor.js');

/** More than the most callers at a time: a port is free again a moment after its caller knows. */
const PORTS = 1500;
const PATIENCE_MS = 30_000;

/** A program that listens to callers. */
class Server {
  constructor(name, host, directory, child) {
    this.name = name;
    this.host = host;
    this.directory = directory;
    this.child = child;
    /** Calls that it has taken so far. */
    this.calls = 0;
    this.exited = once(child, 'exit');
    this.prefix = winePrefixOf(child.pid);
  }

  /** The TCP port. */
  get port() {
    return Number(/listening 127\.0\.0\.1:(\d+)/.exec(this.output)?.[1]);
  }

  get output() {
    return readFileSync(join(this.directory, 'stdout.txt'), 'utf8');
  }

  /** How long each Begin took, when it has stopped (docs/emulator.md). */
  get beginTimes() {
    return join(this.directory, 'begin.txt');
  }

  /** Whether JavaScript is there, and collects its garbage when it is asked to. */
  get collects() {
    return [BEFORE, 'worker', 'in-process'].includes(this.name);
  }

  get trace() {
    return join(this.directory, 'trace.jsonl');
  }

  /** What rasshost.dll and its worker have logged. */
  get log() {
    const file = join(this.directory, 'rasshost.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Its processes and those that serve it. */
  processes() {
    return processesOf(this.prefix);
  }

  /** The process with this name. */
  process(name) {
    const found = this.processes().find((process) => process.name === name);
    if (!found) throw new Error(`${this.name} has no process ${name}`);
    return found.pid;
  }

  /** Runs `during`, and returns its result with the CPU seconds that each process used for it. */
  async withCpu(during) {
    const processes = this.processes();
    const before = cpuSeconds(processes);
    const result = await during();
    const cpu = {};
    for (const [i, { name, seconds }] of cpuSeconds(processes).entries()) {
      cpu[name] = (cpu[name] ?? 0) + seconds - before[i].seconds;
    }
    return { result, cpu };
  }

  /** What a floor program printed in the end. */
  lastLine() {
    return JSON.parse(this.output.trim().split('\n').at(-1));
  }

  /** Stops it in order. */
  async stop() {
    this.child.stdin.end();
    await this.exited;
  }

  async close() {
    await this.host.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/**
 * A RAS server with a security DLL: `reference`, `bystander`, or ours as `worker`, `in-process`, or
 * as {@link BEFORE}. The server is this revision's.
 * @param options - `trace`: each call is traced; `spareWorkers`: none, so that it is one process
 *   that is measured from the first dialog to the last; `checkout`: of security DLL, worker and
 *   policy
 */
async function openRasServer(name, { trace = false, spareWorkers = 0, checkout = ROOT } = {}) {
  const { host, directory } = await openHost(checkout);
  const { rasman, inProcessServer } = packageFiles(host.packageDirectory);
  const { server } = packageFiles(ROOT);
  const args = ['--stop-on-stdin-eof', '--ports', String(PORTS)];
  args.push('--measure', host.toWindows(join(directory, 'begin.txt')));
  if (trace) args.push('--trace', host.toWindows(join(directory, 'trace.jsonl')));
  if (name === 'reference' || name === 'bystander') {
    args.push('--dll', host.toWindows(windowsProgram(`${name}.dll`)));
    return launch(name, host, directory, server, args);
  }
  const placement = name === 'in-process' ? name : 'worker';
  const policy = join(checkout, 'bench/policy.ts');
  await register(host, directory, { placement, spareWorkers, policy });
  if (placement === 'worker') return launch(name, host, directory, server, args);
  const script = [inProcessServer, policy, rasman].map((file) => host.toWindows(file));
  return launch(name, host, directory, host.node, [...script, ...args]);
}

/** The floor program; `receiveEvent`: with the event of RasSecurityDialogReceive in the way. */
async function openFloor({ receiveEvent }) {
  const { host, directory } = await openHost();
  const args = [
    host.node,
    host.toWindows(FLOOR_SCRIPT),
    host.toWindows(windowsProgram('floor.node')),
  ];
  if (receiveEvent) args.push('--receive-event');
  const name = receiveEvent ? 'floor with receive event' : 'floor';
  return launch(name, host, directory, windowsProgram('floor.exe'), args);
}

async function openHost(checkout = ROOT) {
  const { openWindowsHost } = require(join(checkout, 'dist/windows/open-windows-host'));
  const host = await openWindowsHost();
  const directory = await mkdtemp(join(tmpdir(), 'rasshost-bench-'));
  return { host, directory };
}

async function register(host, directory, { placement, spareWorkers, policy }) {
  const { dll, worker } = packageFiles(host.packageDirectory);
  const settings = {
    placement,
    workerToken: 'same',
    policy: host.toWindows(policy),
    node: host.node,
    log: host.toWindows(join(directory, 'rasshost.log')),
    dialogSeconds: 120,
    startSeconds: 15,
    holdSeconds: 10,
    spareWorkers,
    recycleDialogs: 1_000_000,
  };
  await host.setRegistry([
    ...settingValues(settings, host.toWindows(worker)),
    { key: SECURITY_HOST_KEY, name: 'DLLPath', data: host.toWindows(dll) },
  ]);
}

async function launch(name, host, directory, program, args) {
  // To files, because node.exe can't write to a pipe of this system.
  const output = openSync(join(directory, 'stdout.txt'), 'w');
  const errors = openSync(join(directory, 'stderr.txt'), 'w');
  const child = host.spawn(program, args, { stdio: ['pipe', output, errors] });
  closeSync(output);
  closeSync(errors);
  const server = new Server(name, host, directory, child);
  await until(`${name} to listen`, () => {
    if (child.exitCode !== null) {
      throw new Error(`${name}: ${readFileSync(join(directory, 'stderr.txt'), 'utf8')}`);
    }
    return server.port;
  });
  return server;
}

/** Returns what `done` returns, as soon as that is something. */
async function until(what, done) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const result = done();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await delay(5);
  }
}

module.exports = { BEFORE, POLICY, openFloor, openRasServer, until };
