// What the system is asked to keep a worker from. Wine grants all of it and enforces next to
// nothing, so a spy between rasshost.dll and the system says what it is asked for.
import { join, resolve } from 'node:path';
import { WORKER_TOKENS, type WorkerToken } from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { count, logged, servePolicy } from '../support/our-dll';
import { localBinary, openMachine, type RasServer } from '../support/ras-server';
import { REG, setRaw, utf16 } from '../support/raw-registry';
import { serving } from '../support/serving';
import { spiedStart, type SpiedStart, startOf } from '../support/spied-start';

const POLICY = resolve(__dirname, 'policies/obedient.ts');

/** Limits of a job: JOB_OBJECT_LIMIT_*. */
const ACTIVE_PROCESS = 0x8;
const PROCESS_MEMORY = 0x100;
const DIE_ON_UNHANDLED_EXCEPTION = 0x400;
const KILL_ON_JOB_CLOSE = 0x2000;

/** Access rights. */
const SECTION_MAP_WRITE = 0x2;
const SECTION_MAP_READ = 0x4;
const EVENT_MODIFY_STATE = 0x2;
const SYNCHRONIZE = 0x100000;

/** Of CreateRestrictedToken. */
const DISABLE_MAX_PRIVILEGE = 1;

/** Flags of CreateProcess. */
const DETACHED_PROCESS = 0x8;
const CREATE_UNICODE_ENVIRONMENT = 0x400;
const EXTENDED_STARTUPINFO_PRESENT = 0x80000;

const ADMINISTRATORS = 'S-1-5-32-544';

/** What Wine has for the logon that every token is from. */
const LOGON = 'S-1-5-5-0-0';

/** For SYSTEM, administrators, the worker's own logon; its owner may only read it. */
const security = (rightsOfWorker: string) =>
  `D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;${rightsOfWorker};;;${LOGON})(A;;RC;;;OW)`;

/** A service's logon, by the default provider. */
const LOGON_OF_SERVICE = {
  call: 'LogonUserW',
  user: 'LocalService',
  domain: 'NT AUTHORITY',
  password: false,
  type: 5,
  provider: 0,
};

/** How a token is restricted whose default owner is `owner` if that is not right already. */
const tokenSteps = (denyOnly: readonly string[], owner?: string) => [
  { call: 'CreateRestrictedToken', flags: DISABLE_MAX_PRIVILEGE, denyOnly },
  // TokenIntegrityLevel, medium, SE_GROUP_INTEGRITY.
  { call: 'SetTokenInformation', class: 25, sid: 'S-1-16-8192', attributes: 0x20 },
  // TokenOwner, TokenDefaultDacl.
  ...(owner === undefined ? [] : [{ call: 'SetTokenInformation', class: 4, sid: owner }]),
  // Wine's text of a list that is part of no descriptor has no flags.
  { call: 'SetTokenInformation', class: 6, security: security('GA').replace('D:P', 'D:') },
];

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

const named = (asked: SpiedStart['asked'], ...names: string[]) =>
  asked.filter(({ call }) => names.includes(String(call)));

describe.each(WORKER_TOKENS)('a worker with WorkerToken %s', (workerToken) => {
  let spied: SpiedStart;
  /** The handles that it inherits. */
  let inherited: SpiedStart['asked'];
  beforeAll(async () => {
    spied = await spiedStart(host, POLICY, { settings: { workerToken, memoryMegabytes: 300 } });
    inherited = spied.asked.filter(({ inherits }) => inherits !== undefined);
  });

  test('has no privileges, is no administrator, and can start no process', () => {
    expect(spied.outcome).toMatchObject({ outcome: 'success', userName: 'alice' });
    const asked = spied.asked.filter(
      (line) => !inherited.includes(line) && line['call'] !== 'CreateDirectoryW',
    );
    expect(named(asked, 'RegisterEventSourceW', 'ReportEventW')).toHaveLength(
      workerToken === 'restricted' ? 2 : 0,
    );
    expect(asked.filter(({ call }) => !/Event/.test(String(call)))).toEqual([
      ...(workerToken === 'service' ? [LOGON_OF_SERVICE] : []),
      ...tokenSteps([ADMINISTRATORS]),
      {
        call: 'SetInformationJobObject',
        class: 9,
        limits: KILL_ON_JOB_CLOSE | DIE_ON_UNHANDLED_EXCEPTION | ACTIVE_PROCESS | PROCESS_MEMORY,
        processes: 1,
        memory: 2 * 300 * 2 ** 20,
      },
      // All eight of them.
      { call: 'SetInformationJobObject', class: 4, interface: 0xff },
      { call: 'UpdateProcThreadAttribute', handles: inherited.length },
      { call: 'UpdateProcThreadAttribute', jobs: 1 },
      // From the left: system directory first, no low label, no remote image, no fonts, extension
      // points off; high entropy and bottom-up ASLR, heap corruption ends.
      { call: 'UpdateProcThreadAttribute', mitigations: '1111000100111000', size: 8 },
      { call: 'UpdateProcThreadAttribute', childProcesses: 1 },
      expect.objectContaining({
        call: 'CreateProcessAsUserW',
        administrator: false,
        inherit: true,
        flags: EXTENDED_STARTUPINFO_PRESENT | CREATE_UNICODE_ENVIRONMENT | DETACHED_PROCESS,
        // Of its own only where the account is another.
        desktop: workerToken === 'service' ? '' : null,
      }),
    ]);
  });

  test('can be opened by the system and administrators, and to end or look at it by itself', () => {
    expect(startOf(spied)).toMatchObject({
      processSecurity: security('0x101401'),
      threadSecurity: security('0x10084a'),
    });
  });

  test('inherits a section to map, an event to wait for and one to set, NUL, its output, and no handle else', () => {
    expect(inherited).toEqual([
      expect.objectContaining({ type: 'Section', access: SECTION_MAP_READ | SECTION_MAP_WRITE }),
      expect.objectContaining({ type: 'Event', access: SYNCHRONIZE }),
      expect.objectContaining({ type: 'Event', access: EVENT_MODIFY_STATE }),
      expect.objectContaining({ type: 'File' }),
      expect.objectContaining({ type: 'File' }),
    ]);
    // Windows refuses the list otherwise, Wine does not.
    expect(inherited.filter(({ inheritable }) => inheritable !== true)).toEqual([]);
    const [section, toWorker, toHost, nul, output] = inherited.map(({ inherits }) =>
      Number(inherits),
    );
    const start = startOf(spied);
    expect(start).toMatchObject({ input: nul, output, errors: output });
    expect(start['commandLine']).toContain(` "${section},${toWorker},${toHost}" `);
  });
});

test('other programs of its account can neither write to it nor change what its threads do', () =>
  serving(host, resolve(__dirname, 'policies/surroundings.ts'), {}, async (server) => {
    const caller = await server.call();
    await caller.sees('Variable: ');
    const [, id = ''] = /process (\d+)/.exec(caller.output) ?? [];
    const { code, stdout } = await host.run(localBinary('open_worker.exe'), [id]);
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        'write memory': 5,
        'read memory': 5,
        'duplicate handles': 5,
        'make threads': 5,
        query: 0,
        'set context': 5,
        'get context': 0,
      },
    ]);
    caller.hangUp();
    await server.outcome();
  }));

describe('in a service', () => {
  const env = { SPY_ACCOUNT: 'service' };

  test.each(['service', 'restricted'] as const)(
    'the token (%s) is no service any more, and what it makes is its own',
    async (workerToken) => {
      const { outcome, asked } = await spiedStart(host, POLICY, { settings: { workerToken }, env });
      expect(outcome).toMatchObject({ outcome: 'success' });
      expect(named(asked, 'CreateRestrictedToken', 'SetTokenInformation')).toEqual(
        tokenSteps([ADMINISTRATORS, 'S-1-5-80-0', 'S-1-5-80-1-2-3-4-5'], 'S-1-5-18'),
      );
    },
  );

  test('that is SYSTEM, WorkerToken same is refused, because it is for programs of a person', async () => {
    const { outcome, asked } = await spiedStart(
      host,
      POLICY,
      { env },
      {
        wanted: (server) =>
          logged(server, /WorkerToken is same, .* and this process is SYSTEM's: error 1610/),
      },
    );
    expect(outcome).toMatchObject({ outcome: 'error', dwError: 1610 });
    expect(named(asked, 'CreateRestrictedToken', 'CreateProcessAsUserW')).toEqual([]);
  });
});

test.each([
  ['another word', { type: REG.SZ, bytes: utf16('Restricted') }],
  ['a number', { type: REG.DWORD, bytes: Buffer.of(1, 0, 0, 0) }],
  ['nothing', { type: REG.SZ, bytes: utf16('') }],
])('WorkerToken counts as service when it is %s', async (_what, value) => {
  const before = () => setRaw(host, [{ name: 'WorkerToken', ...value }]);
  const { asked } = await spiedStart(host, POLICY, {}, { before });
  expect(named(asked, 'LogonUserW')).toEqual([LOGON_OF_SERVICE]);
});

test('WorkerToken restricted is an entry in the event log, once for each reading of the settings', () => {
  const wanted = async (server: RasServer) => {
    await logged(server, /worker ready: it stands by/);
    expect(count(server, /event 1007 WorkerToken is restricted: no security boundary/)).toBe(1);
  };
  return spiedStart(
    host,
    POLICY,
    { settings: { workerToken: 'restricted', spareWorkers: 1 } },
    { wanted },
  );
});

test('in a job of its own already, the RAS server does without limits that the system would refuse', async () => {
  const { outcome, asked } = await spiedStart(host, POLICY, { env: { SPY_IN_JOB: '1' } });
  expect(outcome).toMatchObject({ outcome: 'success' });
  expect(named(asked, 'SetInformationJobObject')).toEqual([expect.objectContaining({ class: 9 })]);
});

test.each<[string, string, WorkerToken]>([
  ['LogonUserW', 'logging LocalService on', 'service'],
  ['CreateDirectoryW', '%ProgramData%\\\\rasshost, which .*', 'restricted'],
  ['CreateRestrictedToken', "restricting the worker's token", 'same'],
  ['SetTokenInformation', "restricting the worker's token", 'same'],
  ['SetInformationJobObject', "creating the worker's job", 'same'],
  ['UpdateProcThreadAttribute', "preparing the worker's start", 'same'],
  ['CreateProcessAsUserW', 'starting NodePath', 'same'],
])(
  'where the system refuses %s, no worker is started with more, and the caller gets ERROR',
  async (name, step, workerToken) => {
    const { outcome, asked } = await spiedStart(
      host,
      POLICY,
      { settings: { workerToken }, env: { SPY_REFUSE: name } },
      {
        wanted: (server) =>
          logged(server, new RegExp(`event 1002 worker lost: not started: ${step}: error 5`)),
      },
    );
    expect(outcome).toMatchObject({ outcome: 'error', dwError: 5 });
    const calls = asked.map(({ call }) => call);
    expect(calls).toContain(name);
    if (name !== 'CreateProcessAsUserW') expect(calls).not.toContain('CreateProcessAsUserW');
  },
);

test.each<[WorkerToken, string, string, string]>([
  // Wine's administrator has not got this one anyway.
  ['service', 'CreateProcessAsUserW', 'SeBackupPrivilege', 'SeAssignPrimaryTokenPrivilege'],
  [
    ...(['service', 'CreateProcessAsUserW', 'SeIncreaseQuotaPrivilege'] as const),
    'SeIncreaseQuotaPrivilege and SeAssignPrimaryTokenPrivilege',
  ],
  ['restricted', 'CreateProcessAsUserW', 'SeIncreaseQuotaPrivilege', 'SeIncreaseQuotaPrivilege'],
  ['service', 'LogonUserW', 'SeTcbPrivilege', 'SeTcbPrivilege'],
])(
  'with WorkerToken %s, where %s fails in a process without %s, the event names what it lacks',
  async (workerToken, name, without, lacks) => {
    const env = { SPY_REFUSE: name, SPY_ERROR: '1314', SPY_WITHOUT: without };
    const step = name === 'LogonUserW' ? 'logging LocalService on' : 'starting NodePath';
    const reason = `not started: ${step}: the RAS server's process lacks ${lacks}: error 1314`;
    await spiedStart(
      host,
      POLICY,
      { settings: { workerToken }, env },
      {
        wanted: (server) => logged(server, new RegExp(`event 1002 worker lost: ${reason}`)),
      },
    );
  },
);

test.each<[WorkerToken, string]>([
  ['same', 'CreateProcessAsUserW'],
  ['service', 'LogonUserW'],
])(
  'with WorkerToken %s, where %s fails for a privilege, none is named that the process has',
  async (workerToken, name) => {
    const env = { SPY_REFUSE: name, SPY_ERROR: '1314' };
    await spiedStart(
      host,
      POLICY,
      { settings: { workerToken }, env },
      {
        wanted: (server) =>
          logged(server, /not started: (logging LocalService on|starting NodePath): error 1314/),
      },
    );
  },
);

test('a worker that may not open its window station says so by the code with which it ends', () =>
  serving(host, resolve(__dirname, 'policies/without-desktop.ts'), {}, async (server) => {
    await server.call();
    expect(await server.outcome()).toMatchObject({ outcome: 'error', dwError: 1067 });
    await logged(
      server,
      /worker lost: it has ended with 0xC0000142: .* window station and desktop/,
    );
  }));

test("NodeArguments turn Node.js's own permissions on, under which dialogs are held all the same", async () => {
  const policy = resolve(__dirname, 'policies/reaching.ts');
  const server = await servePolicy(host, policy, {
    settings: { nodeArguments: '--permission --allow-addons --allow-fs-read=*' },
  });
  try {
    const caller = await server.call();
    await caller.sees('File: ');
    caller.types(`${host.toWindows(join(server.directory, 'stdout.txt'))}\r`);
    await caller.sees('read true, write ERR_ACCESS_DENIED, start ERR_ACCESS_DENIED.');
    expect(await server.outcome()).toMatchObject({ outcome: 'success', userName: 'alice' });
    expect(await server.stop()).toBe(0);
  } finally {
    await server.dispose();
  }
});
