import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { packageFiles, SETTINGS_KEY, type Settings } from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import {
  count,
  logged,
  loggedTimes,
  logOf,
  requestReload,
  type OurDllOptions,
} from '../support/our-dll';
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

const TAKES_CALLS = /worker ready: it takes the calls/;
const STANDS_BY = /worker ready: it stands by/;

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
        await logged(server, /event 1002 worker lost: it has not answered for SilenceSeconds/);
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

test('a server that omits End keeps no worker from making way, nor does a session whose worker has died meanwhile (SD-24)', () => {
  const directory = RasServer.newDirectory();
  const gate = join(directory, GATE);
  const args = ['--end', 'never', '--complete-gate', host.toWindows(gate)];
  return serving(host, OBEDIENT, { directory, args }, async (server) => {
    const left = (worker: number) =>
      until('a worker to leave', () => !processesOf(server, 'main.js').includes(worker));
    /** Which worker has served a caller who waits for End. */
    const granted = async () => {
      const caller = await makesDo(server, 'grant');
      expect(await server.outcomeOf(caller)).toMatchObject({ outcome: 'success' });
      return processesOf(server, 'main.js').at(-1) ?? 0;
    };
    const first = await granted();
    await requestReload(host);
    await left(first);
    expect(logOf(server)).not.toMatch(/worker lost/);

    const second = await granted();
    const killer = await prompted(server);
    writeFileSync(gate, '');
    const completing = await makesDo(server, 'grant');
    await server.tracedOf(completing, (line) => line.call === 'RasSecurityDialogComplete');
    killer.types('exit\r');
    await left(second);
    await logged(server, /worker lost: it has ended/);
    rmSync(gate);
    expect(await server.outcomeOf(completing)).toMatchObject({ outcome: 'success' });
    expect(await server.outcomeOf(killer)).toMatchObject({ outcome: 'error', dwError: 1067 });

    const third = await granted();
    await requestReload(host);
    await left(third);
    expect(count(server, /worker lost/)).toBe(1);
    expect(server.trace().filter((line) => line.call === 'RasSecurityDialogEnd')).toEqual([]);
  });
});

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

test('a worker that floods its log fills no disk, keeps nobody from being served, and pushes out nothing that the security DLL has to say', () =>
  serving(host, OBEDIENT, { settings: { logMegabytes: 1 } }, async (server) => {
    await makesDo(server, 'flood');
    await logged(server, /the workers have written half of LogMegabytes within an hour/);
    await makesDo(server, 'deny');
    await logged(server, /event 1000 dialog 2 denied/);
    expect(logOf(server)).toMatch(/worker ready: it takes the calls/);
    const logs = readdirSync(server.directory).filter((name) => name.includes('rasshost'));
    expect(logs).toEqual(['rasshost.log']);
    expect(statSync(join(server.directory, 'rasshost.log')).size).toBeLessThan(1 << 20);
  }));

test('a denied caller and an error are events, without what the caller has typed', () =>
  serving(host, join(POLICIES, 'numbered.ts'), {}, async (server) => {
    // The last is an even number, too long for a user name.
    for (const typed of ['7331', '\x03', '2'.repeat(252)]) {
      const caller = await server.call();
      await caller.sees('Number: ');
      caller.types(`${typed}\r`);
    }
    await server.outcome(3);
    await loggedTimes(server, /event 1000 dialog \d denied by the policy/, 3);
    expect(logOf(server)).not.toContain('7331');
    const caller = await server.call();
    await caller.sees('Number: ');
    caller.types('none\r');
    expect(await server.outcome(4)).toMatchObject({ outcome: 'error' });
    await logged(server, /event 1001 dialog 4 ended with error \d+/);
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
      await requestReload(host);
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
    await requestReload(host);
    await logged(server, /event 1005 /);
    writeFileSync(deathFile, 'only 5%1 are left');
    await requestReload(host);
    await logged(server, /event 1005 .*only 5%1 are left/);
    rmSync(deathFile);
    await requestReload(host);
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
    expect(reports.slice(0, 6)).toEqual([
      { call: 'RegisterEventSourceW', calledByServer: false, here: true, source: 'rasshost' },
      report(1000, INFORMATION, ['2']),
      report(1001, WARNING, ['3', '645']),
      report(1005, ERROR, ['it has ended: error 1067']),
      // Event Viewer would take %1 for a place.
      report(1005, ERROR, [expect.stringMatching(/^it refused to serve: .*only 5[^%]+1 are left/)]),
      report(1004, INFORMATION),
    ]);
    // Dialog 4 and its worker end at the same time; the next worker does not get ready.
    const ends = reports.slice(6);
    expect(ends).toContainEqual(report(1001, WARNING, ['4', '1067']));
    expect(ends).toContainEqual(report(1002, WARNING, ['it has ended: error 1067']));
    expect(ends).toContainEqual(report(1003, ERROR, ['1', '500']));
  });
  rmSync(directory, { recursive: true });
});

test('an event log that takes no entry keeps no port from the RAS server, and loses none', async () => {
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
      expect(await server.outcome(call)).toMatchObject({ outcome: 'failure' });
    }
    rmSync(silence);
    for (const call of [1, 2, 3]) {
      await logged(server, new RegExp(`event 1000 dialog ${call} denied`));
    }
  });
});
