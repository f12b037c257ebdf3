import { EventEmitter, once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import {
  packageFiles,
  RELOAD_REQUEST,
  SETTINGS_KEY,
  type Settings,
} from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { logged, logOf, type OurDllOptions } from '../support/our-dll';
import { processUse, type ProcessUse } from '../support/process-use';
import { openMachine, RasServer, until, type Caller } from '../support/ras-server';
import { answered, makesDo, prompted, serving } from '../support/serving';
import { withSpy } from '../support/system-spy';
import { processesOf } from '../support/wine-processes';

const POLICIES = resolve(__dirname, 'policies');

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

const OBEDIENT = join(POLICIES, 'obedient.ts');
const MORTAL = join(POLICIES, 'mortal.ts');
const GATED = join(POLICIES, 'gated.ts');

/** Each takes the start of a node.exe: together a minute and a half. */
const RELOADS = 100;

/** So many reloads does a dialog outlive: enough for some workers to serve at the same time. */
const RELOADS_OUTLIVED = 4;

/** After so many, the RAS server has all that it keeps for further use. */
const WARM_UP_RELOADS = 40;

/** So many workers are killed after that. */
const KILLS = 5;

/** So many more may be open than before: far less than one for each worker that has gone. */
const SPARE_HANDLES = 4;

/** So much memory a worker may leave behind: one that is never let go of takes eight times that. */
const KILOBYTES_A_WORKER = 16;

const TAKES_CALLS = /worker ready: it takes the calls/;
const STANDS_BY = /worker ready: it stands by/;

/** How often the log has an entry. */
function count(server: RasServer, entry: RegExp): number {
  return logOf(server).match(new RegExp(entry, 'g'))?.length ?? 0;
}

async function loggedTimes(server: RasServer, entry: RegExp, times: number): Promise<void> {
  await until(
    () => `${times} times ${entry} in ${JSON.stringify(logOf(server))}`,
    () => count(server, entry) >= times,
  );
}

/**
 * What the RAS server has in use while it has one worker, which holds no dialog, as soon as no more
 * handles are open than `most`: those of a worker are closed a moment after its end.
 */
async function useAtRest(server: RasServer, most = Infinity): Promise<ProcessUse> {
  await until('one worker', () => processesOf(server, 'main.js').length === 1);
  const [pid = 0] = processesOf(server, 'ras-server.exe');
  let use: ProcessUse | undefined;
  return until(
    () => `no more than ${most} handles: ${JSON.stringify(use)}`,
    async () => {
      use = (await processUse(host, { 'ras-server.exe': pid }))['ras-server.exe'];
      return use.handles <= most && use;
    },
  );
}

let requests = 0;
/** What `rasshost reload` does, in a tenth of the time. */
async function request(): Promise<void> {
  await host.setRegistry([
    { key: SETTINGS_KEY, name: RELOAD_REQUEST, data: `request ${++requests}` },
  ]);
}

test('a worker that dies takes its eight dialogs down with ERROR, and the spare serves the next caller (SD-07, SD-25)', () =>
  serving(host, OBEDIENT, { settings: { spareWorkers: 1 } }, async (server) => {
    const callers = [];
    for (let i = 0; i < 8; i++) callers.push(await prompted(server));
    await logged(server, STANDS_BY);
    callers[3]?.types('exit\r');
    for (let i = 1; i <= 8; i++) {
      expect(await server.outcome(i)).toMatchObject({ outcome: 'error', dwError: 1067 });
    }
    await makesDo(server, 'grant');
    expect(await server.outcome(9)).toMatchObject({ outcome: 'success', userName: 'alice' });
    await loggedTimes(server, STANDS_BY, 2);
    // No worker was started for the caller: both have stood by.
    expect(count(server, TAKES_CALLS)).toBe(1);
  }));

test.each(['blocks its event loop', 'is stopped'])(
  'a worker that %s is silent: it is ended, and the spare serves the next caller',
  (fault) =>
    serving(
      host,
      OBEDIENT,
      { settings: { spareWorkers: 1, silenceSeconds: 3 } },
      async (server) => {
        const caller = await prompted(server);
        const [current = 0] = processesOf(server, 'main.js');
        await logged(server, STANDS_BY);
        if (fault === 'is stopped') process.kill(current, 'SIGSTOP');
        else caller.types('block\r');
        expect(await server.outcome(1)).toMatchObject({ outcome: 'error', dwError: 1460 });
        await logged(server, /event 1002 worker lost: it does not answer/);
        await makesDo(server, 'grant');
        expect(await server.outcome(2)).toMatchObject({ outcome: 'success', userName: 'alice' });
        expect(processesOf(server, 'main.js')).not.toContain(current);
      },
    ),
);

test('workers end themselves when the security DLL is silent', () =>
  serving(host, OBEDIENT, { settings: { spareWorkers: 1, silenceSeconds: 2 } }, async (server) => {
    await prompted(server);
    await logged(server, STANDS_BY);
    const emulator = processesOf(server, 'ras-server.exe');
    for (const pid of emulator) process.kill(pid, 'SIGSTOP');
    try {
      await until('the workers to end', () => processesOf(server, 'main.js').length === 0);
    } finally {
      for (const pid of emulator) process.kill(pid, 'SIGCONT');
    }
    await logged(server, /the security DLL is gone: it is silent/);
    expect(await server.outcome()).toMatchObject({ outcome: 'error', dwError: 1067 });
    await makesDo(server, 'grant');
    expect(await server.outcome(2)).toMatchObject({ outcome: 'success' });
  }));

describe('a reload', () => {
  let policy: string;
  beforeEach(() => {
    policy = join(mkdtempSync(join(tmpdir(), 'rasshost-reload-')), 'policy.ts');
    writeVersion(1);
  });
  afterEach(() => rmSync(dirname(policy), { recursive: true }));

  /**
   * A policy that grants the name that the caller types, with its version behind, and takes longer
   * for one who is patient.
   */
  function writeVersion(version: number, selfCheck = ''): void {
    // Whole, for whoever watches the file.
    writeFileSync(
      `${policy}.new`,
      `import { definePolicy, grant } from 'rasshost';
      export default definePolicy(async (dialog) => {
        const name = await dialog.ask('Version ${version}, name: ');
        if (name === 'patient') await new Promise((done) => setTimeout(done, 3_000));
        return grant({ userName: \`\${name}-${version}\`, domain: 'CONTOSO' });
      }, { ${selfCheck} });`,
    );
    renameSync(`${policy}.new`, policy);
  }

  async function versionFor(server: RasServer): Promise<[version: number, caller: Caller]> {
    const caller = await server.call();
    await caller.sees(', name: ');
    return [Number(/Version (\d+)/.exec(caller.output)?.[1]), caller];
  }

  test('by command gives new callers the new policy, and lets running dialogs finish with theirs', () =>
    serving(host, policy, { settings: { spareWorkers: 1, silenceSeconds: 2 } }, async (server) => {
      const [, early] = await versionFor(server);
      const old = processesOf(server, 'main.js').at(0);
      await logged(server, STANDS_BY);
      writeVersion(2);
      // From now on the old worker hears from the DLL less often than it has been told before.
      await host.setRegistry([{ key: SETTINGS_KEY, name: 'SilenceSeconds', data: 600 }]);
      const main = host.toWindows(join(host.packageDirectory, 'dist/cli/main.js'));
      expect(await host.run(host.node, [main, 'reload'])).toMatchObject({ code: 0 });
      await logged(server, /event 1004 policy reloaded/);
      const [version, late] = await versionFor(server);
      expect(version).toBe(2);
      late.types('late\r');
      expect(await server.outcome(1)).toMatchObject({ outcome: 'success', userName: 'late-2' });
      expect(processesOf(server, 'main.js')).toContain(old);
      early.types('patient\r');
      expect(await server.outcome(2)).toMatchObject({ outcome: 'success', userName: 'patient-1' });
      await until('the old workers to leave', () => {
        const left = processesOf(server, 'main.js');
        return left.length === 2 && !left.includes(old ?? 0);
      });
      expect(logOf(server)).not.toMatch(/worker lost/);
    }));

  test.each([
    ['does not load', 'definePolicy(', /RASSHOST_E_POLICY_LOAD/],
    ['exports no policy', 'export default 1;', /RASSHOST_E_POLICY_INVALID/],
    ['fails its self-check', 'no tokens', /RASSHOST_E_SELF_CHECK: no tokens/],
    ['never ends its self-check', 'never', /RASSHOST_E_SELF_CHECK: no end within 5 s/],
  ])('to a policy that %s leaves the one before, and the log says why', (_, source, reason) =>
    serving(host, policy, {}, async (server) => {
      const [, running] = await versionFor(server);
      if (source === 'no tokens') {
        writeVersion(2, `selfCheck: () => { throw new Error('no tokens'); }`);
      } else if (source === 'never') {
        writeVersion(2, `selfCheck: () => new Promise(() => {})`);
      } else {
        writeFileSync(policy, source);
      }
      await request();
      await logged(server, /event 1005 policy refused, the one before stays: it refused to serve/);
      expect(logOf(server)).toMatch(reason);
      expect((await versionFor(server))[0]).toBe(1);
      running.types('alice\r');
      expect(await server.outcome()).toMatchObject({ outcome: 'success', userName: 'alice-1' });
      writeVersion(3, 'selfCheck: async () => {}');
      await request();
      await logged(server, /event 1004 policy reloaded/);
      expect((await versionFor(server))[0]).toBe(3);
    }),
  );

  test('comes by itself when the policy file changes, if WatchPolicy is set', () =>
    serving(host, policy, { settings: { watchPolicy: true } }, async (server) => {
      expect((await versionFor(server))[0]).toBe(1);
      writeVersion(2);
      await logged(server, /event 1004 policy reloaded/);
      expect((await versionFor(server))[0]).toBe(2);
    }));

  test(
    'again and again, under 32 callers at a time, loses no dialog and mixes no policies',
    () =>
      serving(
        host,
        policy,
        { args: ['--ports', '40'], settings: { watchPolicy: true } },
        async (server) => {
          let reloads = 0;
          let calls = 0;
          const progress = new EventEmitter().setMaxListeners(0);
          const reloadUntil = async (end: number): Promise<void> => {
            const start = reloads;
            const callAgainAndAgain = async (_: unknown, at: number): Promise<void> => {
              // At each reload a quarter of the callers gets an answer, and dials again.
              const first = start + (at % RELOADS_OUTLIVED);
              for (let next = first; reloads < end; next += RELOADS_OUTLIVED) {
                const [version, caller] = await versionFor(server);
                calls += 1;
                while (reloads < Math.min(next, end)) await once(progress, 'reload');
                caller.types(`version-${version}\r`);
                // The RAS server begins PPP: the verdict was SUCCESS.
                await caller.sees('\x7e\xff');
                caller.hangUp();
              }
            };
            const callers = Promise.all(Array.from({ length: 32 }, callAgainAndAgain));
            // What it has loaded first is no reload.
            await logged(server, TAKES_CALLS);
            while (reloads < end) {
              writeVersion(reloads + 2);
              await loggedTimes(server, /event 1004 policy reloaded/, reloads + 1);
              reloads += 1;
              progress.emit('reload');
            }
            await callers;
            await server.outcome(calls);
          };
          await reloadUntil(WARM_UP_RELOADS);
          const warm = await useAtRest(server);
          await reloadUntil(RELOADS);
          const names = server.trace().flatMap((line) => (line.outcome ? [line['userName']] : []));
          expect(names).toHaveLength(calls);
          expect(names.filter((name) => !/^version-(\d+)-\1$/.test(String(name)))).toEqual([]);
          expect(new Set(names).size).toBeGreaterThan(RELOADS / 2);
          expect(logOf(server)).not.toMatch(/worker lost/);
          const reloaded = await useAtRest(server, warm.handles + SPARE_HANDLES);
          const kilobytes = reloaded.kilobytes - warm.kilobytes;
          expect(kilobytes / (RELOADS - WARM_UP_RELOADS)).toBeLessThan(KILOBYTES_A_WORKER);

          for (let i = 0; i < KILLS; i++) {
            const [, caller] = await versionFor(server);
            for (const worker of processesOf(server, 'main.js')) process.kill(worker, 'SIGKILL');
            await caller.closed();
          }
          (await versionFor(server))[1].hangUp();
          await server.outcome(calls + KILLS + 1);
          const bereft = await useAtRest(server, reloaded.handles + SPARE_HANDLES);
          console.log([warm, reloaded, bereft].map((use) => JSON.stringify(use)).join('\n'));
        },
      ),
    600_000,
  );
});

test('a registry that can not be watched for reloads is in the log at each start of a worker, and costs no caller anything', () =>
  serving(
    host,
    OBEDIENT,
    withSpy(host, { env: { SPY_REFUSE: 'RegNotifyChangeKeyValue' } }),
    async (server) => {
      await makesDo(server, 'exit');
      await server.outcome(1);
      await makesDo(server, 'grant');
      expect(await server.outcome(2)).toMatchObject({ outcome: 'success', userName: 'alice' });
      expect(count(server, /requests to reload go unnoticed until .* is started: error 5/)).toBe(2);
    },
  ));

/** While there is this file in a server's directory, none of its workers gets ready. */
const GATE = 'gate';

function behindGate(settings: Partial<Settings>) {
  const directory = RasServer.newDirectory();
  return { directory, settings, env: { GATE_FILE: host.toWindows(join(directory, GATE)) } };
}

/** A caller who dials while no other worker than the one that is to be recycled is ready. */
async function promptedBeforeNext(server: RasServer): Promise<Caller> {
  const caller = await prompted(server);
  expect(count(server, TAKES_CALLS)).toBe(1);
  return caller;
}

test('a worker that has held RecycleDialogs serves callers until the next one is ready', () =>
  serving(host, GATED, behindGate({ recycleDialogs: 3 }), async (server) => {
    const first = await prompted(server);
    const [old = 0] = processesOf(server, 'main.js');
    const gate = join(server.directory, GATE);
    writeFileSync(gate, '');
    for (let i = 1; i <= 2; i++) await makesDo(server, 'grant');
    await logged(server, /worker recycled: it has held RecycleDialogs/);
    const meanwhile = await promptedBeforeNext(server);
    rmSync(gate);
    await loggedTimes(server, TAKES_CALLS, 2);
    await makesDo(server, 'grant');
    await server.outcome(3);
    expect(processesOf(server, 'main.js')).toContain(old);
    for (const caller of [first, meanwhile]) caller.types('grant\r');
    await server.outcome(5);
    expect(server.trace().filter((line) => line.outcome === 'success')).toHaveLength(5);
    await until('the old worker to leave', () => !processesOf(server, 'main.js').includes(old));
    expect(logOf(server)).not.toMatch(/worker lost/);
  }));

test('a worker that eats memory gets no more callers, and is ended at twice its bound', () =>
  serving(
    host,
    OBEDIENT,
    { settings: { spareWorkers: 1, memoryMegabytes: 200, silenceSeconds: 3 } },
    async (server) => {
      await prompted(server);
      await logged(server, STANDS_BY);
      await makesDo(server, 'eat');
      await logged(server, /worker recycled: it uses more than MemoryMegabytes/);
      await makesDo(server, 'grant');
      for (const count of [1, 2, 3]) await server.outcome(count);
      const outcomes = server.trace().flatMap((line) => (line.outcome ? [line.outcome] : []));
      expect(outcomes.sort()).toEqual(['error', 'error', 'success']);
      await logged(
        server,
        /event 1002 worker lost: it uses more than twice MemoryMegabytes: error 8/,
      );
    },
  ));

test('a worker that floods its log fills no disk, and keeps nobody from being served', () =>
  serving(host, OBEDIENT, { settings: { logMegabytes: 1 } }, async (server) => {
    const stats = (name: string) =>
      statSync(join(server.directory, name), { throwIfNoEntry: false });
    await makesDo(server, 'flood');
    const first = await until('the log to be renamed', () => stats('rasshost.log.1')?.ino);
    await until('the log to be renamed again', () => stats('rasshost.log.1')?.ino !== first);
    await makesDo(server, 'grant');
    expect(await server.outcome()).toMatchObject({ outcome: 'success', userName: 'alice' });
    const logs = readdirSync(server.directory).filter((name) => name.includes('rasshost'));
    expect(['rasshost.log', 'rasshost.log.1']).toEqual(expect.arrayContaining(logs));
    for (const name of logs) expect(stats(name)?.size ?? 0).toBeLessThanOrEqual(1 << 20);
  }));

test('a denied caller and an error are events, without what the caller has typed', () =>
  serving(host, join(POLICIES, 'numbered.ts'), {}, async (server) => {
    for (const typed of ['7331', '\x03']) {
      const caller = await server.call();
      await caller.sees('Number: ');
      caller.types(`${typed}\r`);
    }
    await server.outcome(2);
    await loggedTimes(server, /event 1000 dialog \d denied by the policy/, 2);
    expect(logOf(server)).not.toContain('7331');
    // An even number, too long for a user name.
    const caller = await server.call();
    await caller.sees('Number: ');
    caller.types(`${'2'.repeat(252)}\r`);
    expect(await server.outcome(3)).toMatchObject({ outcome: 'error' });
    await logged(server, /event 1001 dialog 3 ended with error \d+/);
  }));

test('a disk that is full costs no caller anything', () =>
  serving(host, OBEDIENT, { settings: { log: host.toWindows('/dev/full') } }, async (server) => {
    await makesDo(server, 'throw');
    expect(await server.outcome(1)).toMatchObject({ outcome: 'error', dwError: 645 });
    await makesDo(server, 'grant');
    expect(await server.outcome(2)).toMatchObject({ outcome: 'success', userName: 'alice' });
  }));

describe('a policy that makes its worker die while it loads', () => {
  let deathFile: string;
  beforeEach(() => {
    deathFile = join(mkdtempSync(join(tmpdir(), 'rasshost-death-')), 'die');
  });
  afterEach(() => rmSync(dirname(deathFile), { recursive: true }));

  const mortal = (settings: Partial<Settings>): OurDllOptions => ({
    settings,
    env: { DEATH_FILE: host.toWindows(deathFile) },
  });

  test('costs no caller anything while another worker takes the calls', () =>
    serving(host, MORTAL, mortal({ spareWorkers: 1 }), async (server) => {
      await prompted(server);
      await logged(server, STANDS_BY);
      writeFileSync(deathFile, '');
      await makesDo(server, 'exit');
      await server.outcome(2);
      for (const failures of [1, 2]) {
        await logged(server, new RegExp(`event 1003 worker throttled: ${failures} in a row`));
        await makesDo(server, 'grant');
        expect(await server.outcome(2 + failures)).toMatchObject({ outcome: 'success' });
      }
      rmSync(deathFile);
      await loggedTimes(server, STANDS_BY, 2);
    }));

  test('is started again at growing distances, for which callers wait StartSeconds at most', () =>
    serving(host, MORTAL, mortal({ startSeconds: 3 }), async (server) => {
      writeFileSync(deathFile, '');
      await (await server.call()).closed();
      expect(await server.outcome(1)).toMatchObject({ outcome: 'error' });
      await logged(server, /waits 500 ms[^]*waits 1000 ms[^]*waits 2000 ms[^]*waits 8000 ms/);
      await (await server.call()).closed();
      expect(await server.outcome(2)).toMatchObject({ outcome: 'error', dwError: 1053 });
      rmSync(deathFile);
      await logged(server, TAKES_CALLS);
      await makesDo(server, 'grant');
      expect(await server.outcome(3)).toMatchObject({ outcome: 'success', userName: 'alice' });
    }));
});

test('a worker that is older than RecycleHours serves callers until the next one is ready, and a clock that jumps ends the dialogs whose time has passed, and no other', () => {
  const gated = behindGate({ recycleHours: 1, dialogSeconds: 3600, silenceSeconds: 2 });
  const clock = join(gated.directory, 'minutes');
  const jump = (minutes: number) => appendFileSync(clock, Buffer.alloc(minutes));
  jump(0);
  const options = withSpy(host, {
    ...gated,
    env: { ...gated.env, SPY_CLOCK: host.toWindows(clock) },
  });
  return serving(host, GATED, options, async (server) => {
    await makesDo(server, 'grant');
    expect(await server.outcome(1)).toMatchObject({ outcome: 'success', userName: 'alice' });
    const [old = 0] = processesOf(server, 'main.js');
    jump(40);
    const early = await prompted(server);
    expect(count(server, /worker recycled/)).toBe(0);
    const gate = join(server.directory, GATE);
    writeFileSync(gate, '');
    jump(30);
    await logged(server, /worker recycled: it is older than RecycleHours/);
    const meanwhile = await promptedBeforeNext(server);
    rmSync(gate);
    await loggedTimes(server, TAKES_CALLS, 2);
    const late = await prompted(server);
    expect(processesOf(server, 'main.js')).toContain(old);
    jump(40);
    const granted = async (caller: Caller, call: number) => {
      caller.types('grant\r');
      const outcome = await server.outcome(call);
      expect(outcome).toMatchObject({ outcome: 'success', userName: 'alice' });
    };
    // The system's timers don't know of it. Its verdict comes too late.
    early.types('grant\r');
    expect(await server.outcome(2)).toMatchObject({ outcome: 'error', dwError: 638 });
    await granted(meanwhile, 3);
    await until('the old worker to leave', () => !processesOf(server, 'main.js').includes(old));
    const patient = await prompted(server);
    jump(30);
    // The next caller finds another one's time over, and a receive that is overdue.
    const last = await prompted(server);
    await late.closed();
    expect(await server.outcome(4)).toMatchObject({ outcome: 'error', dwError: 638 });
    await granted(patient, 5);
    await granted(last, 6);
    expect(logOf(server)).not.toMatch(/worker lost/);
  });
});

describe('a worker of another build or protocol', () => {
  const { dll } = packageFiles(resolve(__dirname, '../..'));
  const addon = readFileSync(join(dirname(dll), 'rasshost.node'), 'latin1');
  const BUILD = /(?<=\0)[0-9a-f]{16}(?=\0)/.exec(addon)?.[0] ?? 'none';
  const frames = readFileSync(resolve(__dirname, '../../native/common/frame.h'), 'utf8');
  const PROTOCOL = Number(/kProtocolVersion = (\d+);/.exec(frames)?.[1]);
  const OTHER_BUILD = '0123456789abcdef';

  test.each([
    ['build', PROTOCOL, OTHER_BUILD],
    ['protocol', PROTOCOL + 1, BUILD],
  ])(
    'is refused for its %s when it says that it is ready, and every caller with it',
    (_, protocol, build) =>
      serving(
        host,
        join(POLICIES, 'other-build.ts'),
        { env: { PROTOCOL: String(protocol), BUILD: build } },
        async (server) => {
          for (const call of [1, 2]) {
            await (await server.call()).closed();
            expect(await server.outcome(call)).toMatchObject({ outcome: 'error', dwError: 1306 });
          }
          await loggedTimes(
            server,
            new RegExp(
              `event 1002 worker lost: it speaks protocol ${protocol}, build ${build}; ` +
                `rasshost.dll speaks protocol ${PROTOCOL}, build ${BUILD}: error 1306`,
            ),
            2,
          );
        },
      ),
  );

  test('refuses to serve when it is told, until WorkerPath names the right one and the policy is reloaded', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rasshost-build-'));
    const setWorker = (path: string) =>
      host.setRegistry([{ key: SETTINGS_KEY, name: 'WorkerPath', data: host.toWindows(path) }]);
    cpSync(resolve(__dirname, 'scripts/other-build.js'), join(directory, 'main.js'));
    // By halves, since a compiler may compare eight bytes at a time with numbers in its instructions.
    const otherAddon = [0, 8].reduce(
      (bytes, at) => bytes.replaceAll(BUILD.slice(at, at + 8), OTHER_BUILD.slice(at, at + 8)),
      addon,
    );
    writeFileSync(join(directory, 'rasshost.node'), otherAddon, 'latin1');
    await serving(host, OBEDIENT, {}, async (server) => {
      // It is read at the first call.
      await setWorker(join(directory, 'main.js'));
      await (await server.call()).closed();
      expect(await server.outcome(1)).toMatchObject({ outcome: 'error', dwError: 1610 });
      await logged(server, /event 1002 worker lost: it refused to serve: rasshost.node is build/);
      await setWorker(packageFiles(host.packageDirectory).worker);
      await request();
      await logged(server, /event 1004 policy reloaded/);
      await makesDo(server, 'grant');
      expect(await server.outcome(2)).toMatchObject({ outcome: 'success', userName: 'alice' });
    });
    rmSync(directory, { recursive: true });
  });
});

test('the Windows event log gets each event with its number, type and values, from the first report on', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-events-'));
  const spied = join(directory, 'spied.jsonl');
  const deathFile = join(directory, 'die');
  const env = { DEATH_FILE: host.toWindows(deathFile) };
  await serving(host, MORTAL, withSpy(host, { env }, spied), async (server) => {
    await makesDo(server, 'grant');
    await makesDo(server, 'deny');
    await logged(server, /event 1000 /);
    await makesDo(server, 'throw');
    await logged(server, /event 1001 /);
    writeFileSync(deathFile, '');
    await request();
    await logged(server, /event 1005 /);
    rmSync(deathFile);
    await request();
    await logged(server, /event 1004 /);
    writeFileSync(deathFile, '');
    await makesDo(server, 'exit');
    await logged(server, /event 1003 /);
    const reports = await until('each event to be reported', () => {
      const asked = readFileSync(spied, 'utf8').trim().split('\n');
      const calls = asked.map((line) => JSON.parse(line) as Record<string, unknown>);
      const found = calls.filter(({ call }) => /EventSource|ReportEvent/.test(String(call)));
      return found.some(({ id }) => id === 1003) && found;
    });
    const [INFORMATION, WARNING, ERROR] = [4, 2, 1];
    const report = (id: number, type: number, strings: unknown = []) => ({
      ...{ call: 'ReportEventW', calledByServer: false, category: 0, data: 0 },
      ...{ id, type, strings },
    });
    expect(reports.slice(0, 5)).toEqual([
      { call: 'RegisterEventSourceW', calledByServer: false, here: true, source: 'rasshost' },
      report(1000, INFORMATION, ['2']),
      report(1001, WARNING, ['3', '645']),
      report(1005, ERROR, ['it has ended: error 1067']),
      report(1004, INFORMATION),
    ]);
    // Dialog 4 and its worker end at the same time; the next worker does not get ready.
    const ends = reports.slice(5);
    expect(ends).toContainEqual(report(1001, WARNING, ['4', '1067']));
    expect(ends).toContainEqual(report(1002, WARNING, ['it has ended: error 1067']));
    expect(ends).toContainEqual(report(1003, ERROR, ['1', '500']));
  });
  rmSync(directory, { recursive: true });
});

test('an event log that takes no entry keeps no port from the RAS server', async () => {
  const directory = RasServer.newDirectory();
  const silence = join(directory, 'silence');
  const options = {
    directory,
    args: ['--reuse-handles', '--ports', '1'],
    env: { SPY_EVENTS: host.toWindows(silence) },
  };
  await serving(host, OBEDIENT, withSpy(host, options), async (server) => {
    writeFileSync(silence, '');
    for (const call of [1, 2, 3]) {
      const caller = await answered(server, 'Deed: ');
      caller.types('deny\r');
      await logged(server, new RegExp(`event 1000 dialog ${call} denied`));
    }
    rmSync(silence);
  });
});
