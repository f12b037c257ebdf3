import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { packageFiles, SETTINGS_KEY } from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { EmulatedService } from '../support/emulated-service';
import { logged, logOf, servePolicy } from '../support/our-dll';
import { localBinary, openMachine, until } from '../support/ras-server';
import { makesDo, prompted } from '../support/serving';
import { slope } from '../support/slope';
import { withSpy } from '../support/system-spy';
import { noneLeft, processesOf } from '../support/wine-processes';

const POLICY = resolve(__dirname, 'policies/obedient.ts');
const NUMBERED = resolve(__dirname, 'policies/numbered.ts');
const STANDS_BY = /worker ready: it stands by/;
const LEAVE = /the RemoteAccess service has stopped or is about to: its workers leave/;

/** An End that takes longer, and a delayed termination, break a rule. */
const BOUNDS = ['--end-limit', '5', '--hold-watchdog', '10'];

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

/** What the spy has the service manager say (system_spy.cc). */
const [HAS_STOPPED, IS_STOPPING, RUNS_ELSEWHERE] = ['', '1', '22'] as const;

/** What `rasshost register` does to the policy. */
function setPolicy(policy: string): Promise<void> {
  return host.setRegistry([
    { key: SETTINGS_KEY, name: 'PolicyPath', data: host.toWindows(policy) },
  ]);
}

test('a server that stops with 40 dialogs open ends each of them once, and leaves no process (SD-24, SD-26)', async () => {
  const server = await servePolicy(host, POLICY, {
    args: BOUNDS,
    settings: { spareWorkers: 1, holdSeconds: 1 },
  });
  try {
    const deeds = ['', 'never', 'late', 'hold-for-ever'];
    for (let at = 0; at < 40; at++) {
      const caller = await server.call();
      await caller.sees('Deed: ');
      const deed = deeds[at % deeds.length] ?? '';
      if (deed !== '') caller.types(`${deed}\r`);
      if (deed === 'late') await caller.sees('Thinking.');
    }
    await logged(server, STANDS_BY);
    // Those who hold for ever have been granted, and wait for their End to be over.
    // The first of them may have had their second Complete by then.
    const granted = () =>
      server.trace().filter((line) => line.call === 'RasSecurityDialogComplete');
    await until(
      'ten verdicts',
      () => new Set(granted().map((line) => line['hPort'])).size === 10,
      () => server.trace().length,
    );
    const code = await server.stop();
    expect([...server.rules(), ...server.warnings()]).toEqual([]);
    expect(code).toBe(0);
    const outcomes = server.trace().flatMap((line) => line.outcome ?? []);
    expect(outcomes).toHaveLength(40);
    expect(outcomes.filter((outcome) => outcome === 'success')).toHaveLength(10);
    // Whichever came first: End, or the policy's answer to a line that is gone.
    const others = outcomes.filter((outcome) => outcome !== 'success');
    expect(['ended', 'error']).toEqual(expect.arrayContaining(others));
    await noneLeft(server.directory);
  } finally {
    await server.dispose();
  }
});

test('a RAS process that is killed takes its workers with it', async () => {
  // Of themselves the workers would notice only when the test is long over.
  const settings = { spareWorkers: 1, silenceSeconds: 600 };
  const server = await servePolicy(host, POLICY, { settings });
  try {
    await (await server.call()).sees('Deed: ');
    await logged(server, STANDS_BY);
    expect(processesOf(server)).toHaveLength(3);
    server.process.kill('SIGKILL');
    await noneLeft(server.directory);
  } finally {
    await server.dispose();
  }
});

test('when the service has stopped and its process lives on, the server hears nothing more of its dialogs, and the workers and their threads leave; when it runs again, they are there with the settings of then', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-stop-'));
  const stopped = join(directory, 'stopped');
  const options = withSpy(host, {
    args: BOUNDS,
    env: { SPY_SERVICE: host.toWindows(stopped) },
    settings: { spareWorkers: 1, silenceSeconds: 2, holdSeconds: 1 },
  });
  const server = await servePolicy(host, POLICY, options);
  const [pid = 0] = processesOf(server, 'ras-server.exe');
  const threads = () => readdirSync(`/proc/${pid}/task`).length;
  const completes = () =>
    server.trace().filter((line) => line.call === 'RasSecurityDialogComplete').length;
  try {
    await (await makesDo(server, 'grant')).closed();
    await logged(server, STANDS_BY);
    const open = [await prompted(server), await makesDo(server, 'never')];
    const holding = await makesDo(server, 'hold-on');
    await holding.sees('Hang up now: ');
    const last = await prompted(server);
    const atWork = threads();
    writeFileSync(stopped, HAS_STOPPED);
    await logged(server, LEAVE);
    await until('the workers to leave', () => processesOf(server).length === 1);
    await until(
      () => `the end of the threads of two workers: ${threads()} of ${atWork}`,
      () => threads() < atWork,
    );
    for (const caller of [...open, holding]) caller.hangUp();
    for (const call of [2, 3, 4]) {
      expect(await server.outcome(call)).toMatchObject({ outcome: 'ended' });
    }
    expect(logOf(server)).not.toMatch(/worker lost/);

    await setPolicy(NUMBERED);
    rmSync(stopped);
    const numbered = await server.call();
    await numbered.sees('Number: ');
    numbered.types('2\r');
    expect(await server.outcome(5)).toMatchObject({ outcome: 'success', userName: 'user-2' });
    // It began before the stop: its verdict would be another service's.
    last.types('grant\r');
    last.hangUp();
    expect(await server.outcome(6)).toMatchObject({ outcome: 'ended' });
    expect(completes()).toBe(2);
    expect(await server.stop()).toBe(0);
    expect(server.rules()).toEqual([]);
  } finally {
    await server.dispose();
    rmSync(directory, { recursive: true });
  }
});

test('while the service is stopping, Complete is called where it is owed after a delayed End, and nowhere else (SD-24)', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-stopping-'));
  const stopping = join(directory, 'stopping');
  const options = withSpy(host, {
    args: BOUNDS,
    env: { SPY_SERVICE: host.toWindows(stopping) },
    settings: { silenceSeconds: 2, holdSeconds: 5 },
  });
  const server = await servePolicy(host, POLICY, options);
  try {
    const undecided = await prompted(server);
    // Granted, and its End delayed until HoldSeconds are over.
    await makesDo(server, 'hold-for-ever');
    await server.traced((line) => line.call === 'RasSecurityDialogComplete');
    writeFileSync(stopping, IS_STOPPING);
    await logged(server, LEAVE);
    undecided.types('grant\r');
    expect(await server.outcome(1)).toMatchObject({ outcome: 'success' });
    undecided.hangUp();
    expect(await server.outcome(2)).toMatchObject({ outcome: 'ended' });
    expect(await server.stop()).toBe(0);
    expect(server.rules()).toEqual([]);
  } finally {
    await server.dispose();
    rmSync(directory, { recursive: true });
  }
});

test('a service that stops between two heartbeats is noticed when a caller types (SD-24)', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-between-'));
  const stopped = join(directory, 'stopped');
  const options = withSpy(host, {
    args: BOUNDS,
    env: { SPY_SERVICE: host.toWindows(stopped) },
    // A heartbeat every two minutes.
    settings: { silenceSeconds: 600 },
  });
  const server = await servePolicy(host, POLICY, options);
  try {
    await (await makesDo(server, 'grant')).closed();
    const open = await prompted(server);
    writeFileSync(stopped, HAS_STOPPED);
    await until('a look at the service', () => {
      open.types('x');
      return LEAVE.test(logOf(server));
    });
    open.hangUp();
    expect(await server.outcome(2)).toMatchObject({ outcome: 'ended' });
    expect(await server.stop()).toBe(0);
    expect(server.rules()).toEqual([]);
  } finally {
    await server.dispose();
    rmSync(directory, { recursive: true });
  }
});

test('an End that is delayed while the verdict waits for the look at a service that is stopping gets the Complete that it is owed (SD-24)', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-overtaken-'));
  const stopping = join(directory, 'stopping');
  const silence = join(directory, 'silence');
  const spied = join(directory, 'spied.jsonl');
  const env = { SPY_SERVICE: host.toWindows(stopping), SPY_MANAGER: host.toWindows(silence) };
  const options = { args: BOUNDS, env, settings: { silenceSeconds: 5, holdSeconds: 60 } };
  const server = await servePolicy(host, POLICY, withSpy(host, options, spied));
  try {
    const caller = await prompted(server);
    writeFileSync(silence, '');
    // The one before has been answered: this process is known to be the service's.
    await until('a question', () => readFileSync(spied, 'utf8').includes('QueryServiceStatusEx'));
    writeFileSync(stopping, IS_STOPPING);
    // With the key for which the verdict would wait a second.
    caller.types('hold\r ');
    await logged(server, /holds/);
    await server.traced((line) => line.call === 'RasSecurityDialogGetInfo', 7);
    caller.hangUp();
    const end = await server.traced((line) => line.return === 'RasSecurityDialogEnd');
    expect(end).toMatchObject({ result: 0 });
    rmSync(silence);
    expect(await server.outcome()).toMatchObject({ outcome: 'ended' });
    await logged(server, /cleaned up/);
    expect(await server.stop()).toBe(0);
    const completes = server.trace().filter((line) => line.call === 'RasSecurityDialogComplete');
    expect(completes).toHaveLength(1);
    expect(server.rules()).toEqual([]);
  } finally {
    await server.dispose();
    rmSync(directory, { recursive: true });
  }
});

test('a private host beside the service completes as ever: while that runs, while it stops, and when it has stopped', async () => {
  const server = await servePolicy(host, POLICY, { settings: { silenceSeconds: 2 } });
  const service = await EmulatedService.install(host);
  try {
    const gate = service.gate('stop');
    await service.start('--stop-pending', gate.path);
    const completes = async () => {
      const caller = await makesDo(server, 'grant');
      expect(await server.outcomeOf(caller)).toMatchObject({ outcome: 'success' });
      const holding = await makesDo(server, 'hold');
      expect(await server.outcomeOf(holding)).toMatchObject({ outcome: 'success' });
    };
    await completes();
    await service.requestStop();
    await service.reaches('STOP_PENDING');
    await completes();
    gate.open();
    await service.reaches('STOPPED');
    await completes();
    expect(logOf(server)).not.toMatch(LEAVE);
    expect(await server.stop()).toBe(0);
    expect(server.rules()).toEqual([]);
  } finally {
    await service.remove();
    await server.dispose();
  }
});

test('a worker whose policy never loads ends when the service runs in another process, and no other is started until a caller comes; that one reads the settings anew', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-asleep-'));
  const elsewhere = join(directory, 'elsewhere');
  const spied = join(directory, 'spied.jsonl');
  const asleep = join(directory, 'policy.ts');
  writeFileSync(asleep, 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);');
  const env = { SPY_SERVICE: host.toWindows(elsewhere) };
  const settings = { silenceSeconds: 2 };
  const server = await servePolicy(host, asleep, withSpy(host, { env, settings }, spied));
  const starts = () => readFileSync(spied, 'utf8').match(/CreateProcessAsUserW/g)?.length ?? 0;
  try {
    const impatient = await server.call();
    const patient = await server.call();
    await until('a worker', () => processesOf(server).length === 2);
    // Until then this process passes for one that never was the service's.
    await until('a look at the service', () => /look at the/.test(readFileSync(spied, 'utf8')));
    impatient.hangUp();
    await server.outcome();
    writeFileSync(elsewhere, RUNS_ELSEWHERE);
    await logged(server, LEAVE);
    await until('the worker to end', () => processesOf(server).length === 1);
    patient.hangUp();
    expect(await server.outcome(2)).toMatchObject({ outcome: 'ended' });
    await setPolicy(POLICY);
    rmSync(elsewhere);
    await makesDo(server, 'grant');
    expect(await server.outcome(3)).toMatchObject({ outcome: 'success', userName: 'alice' });
    expect(starts()).toBe(2);
    expect(logOf(server)).not.toMatch(/worker lost/);
    expect(await server.stop()).toBe(0);
    expect(server.rules()).toEqual([]);
  } finally {
    await server.dispose();
    rmSync(directory, { recursive: true });
  }
});

test('a service manager that does not answer is asked once, and keeps nobody from seeing that a worker is silent; the workers leave when it says that the service is about to stop', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-manager-'));
  const stopped = join(directory, 'stopped');
  const silence = join(directory, 'silence');
  const spied = join(directory, 'spied.jsonl');
  const env = { SPY_SERVICE: host.toWindows(stopped), SPY_MANAGER: host.toWindows(silence) };
  const settings = { spareWorkers: 1, silenceSeconds: 2 };
  const server = await servePolicy(host, POLICY, withSpy(host, { env, settings }, spied));
  const questions = () => readFileSync(spied, 'utf8').match(/QueryServiceStatusEx/g)?.length ?? 0;
  try {
    await prompted(server);
    await logged(server, STANDS_BY);
    writeFileSync(silence, '');
    await until('a question', () => questions() > 0);
    await makesDo(server, 'block');
    for (const call of [1, 2]) {
      expect(await server.outcome(call)).toMatchObject({ outcome: 'error', dwError: 1460 });
    }
    expect(questions()).toBe(1);
    writeFileSync(stopped, IS_STOPPING);
    rmSync(silence);
    await logged(server, LEAVE);
    await until('the workers to leave', () => processesOf(server).length === 1);
    expect(await server.stop()).toBe(0);
    expect(server.rules()).toEqual([]);
  } finally {
    await server.dispose();
    rmSync(directory, { recursive: true });
  }
});

/** What load_unload.exe prints of itself after each round. */
interface Census {
  readonly when: 'unused' | 'used';
  readonly handles: number;
  readonly threads: number;
  readonly blocks: number;
  readonly loaded: boolean;
}

const ROUNDS = 10;
const LOADS_A_ROUND = 100;

test('rasshost.dll stays loaded, and being loaded and freed 1,000 times leaks nothing, before its first dialog and after', async () => {
  // Neither a worker nor a timer that starts one may change what is counted.
  await host.setRegistry([{ key: SETTINGS_KEY, name: 'Placement', data: 'in-process' }]);
  const dll = host.toWindows(packageFiles(host.packageDirectory).dll);
  const args = [dll, `${ROUNDS}`, `${LOADS_A_ROUND}`];
  const { code, stdout } = await host.run(localBinary('load_unload.exe'), args);
  expect(code).toBe(0);
  const censuses = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Census);
  for (const when of ['unused', 'used']) {
    const rounds = censuses.filter((census) => census.when === when);
    expect(rounds).toHaveLength(ROUNDS + 1);
    expect(rounds.filter(({ loaded }) => !loaded)).toEqual([]);
    const grownByLoad = (what: 'handles' | 'threads' | 'blocks') =>
      slope(rounds.map((census) => census[what])) / LOADS_A_ROUND;
    // A block, handle or thread that a load leaves behind would be 1.
    expect(grownByLoad('blocks')).toBeLessThan(0.5);
    expect(grownByLoad('handles')).toBeLessThan(0.5);
    expect(grownByLoad('threads')).toBeLessThan(0.5);
  }
});
