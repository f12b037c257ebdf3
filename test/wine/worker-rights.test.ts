// What the system is asked to keep a worker from. Wine grants all of it and enforces next to
// nothing, so a spy between rasshost.dll and the system says what it is asked for.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { logged, servePolicy, type OurDllOptions } from '../support/our-dll';
import { openMachine, RasServer, type TraceLine } from '../support/ras-server';
import { withSpy } from '../support/system-spy';

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

const TOKEN_STEPS = [
  { call: 'CreateRestrictedToken', flags: DISABLE_MAX_PRIVILEGE, denyOnly: 'S-1-5-32-544' },
  // TokenIntegrityLevel, medium, SE_GROUP_INTEGRITY.
  { call: 'SetTokenInformation', class: 25, sid: 'S-1-16-8192', attributes: 0x20 },
];

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

interface Spied {
  readonly outcome: TraceLine;
  /** What the system was asked for until the first caller was served, or was not. */
  readonly asked: Readonly<Record<string, unknown>>[];
}

/** One call to a policy that grants, with the spy in between. */
async function spyOn(
  options: OurDllOptions = {},
  wanted: (server: RasServer) => Promise<unknown> = async () => {},
): Promise<Spied> {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-spy-'));
  const file = join(directory, 'spied.jsonl');
  const server = await servePolicy(host, POLICY, withSpy(host, options, file));
  try {
    const caller = await server.call();
    if (options.env?.['SPY_REFUSE'] === undefined) {
      await caller.sees('Deed: ');
      caller.types('grant\r');
    }
    const outcome = await server.outcome();
    await wanted(server);
    expect(await server.stop()).toBe(0);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return { outcome, asked: lines.map((line) => JSON.parse(line) as Spied['asked'][number]) };
  } finally {
    await server.dispose();
    rmSync(directory, { recursive: true });
  }
}

describe('a worker', () => {
  /** Variables with which other code could be loaded into it, in any case of letters. */
  const DANGEROUS = {
    NODE_OPTIONS: '--no-such-option',
    node_extra_ca_certs: 'ca.pem',
    Jiti_Cache: 'true',
    OPENSSL_CONF: 'openssl.cnf',
    RASSHOST_PREBUILD: 'elsewhere',
  };
  const HARMLESS = { TOKEN_SERVER: 'tokens.contoso.com', NODES: '1', MY_NODE_OPTIONS: '1' };

  let outcome: TraceLine;
  let asked: Spied['asked'];
  /** The handles that it inherits. */
  let inherited: Spied['asked'];
  beforeAll(async () => {
    const settings = { memoryMegabytes: 300 };
    ({ outcome, asked } = await spyOn({ settings, env: { ...DANGEROUS, ...HARMLESS } }));
    inherited = asked.filter(({ inherits }) => inherits !== undefined);
  });

  test('has no privileges, is no administrator, and can start no process', () => {
    expect(outcome).toMatchObject({ outcome: 'success', userName: 'alice' });
    expect(asked.filter((line) => !inherited.includes(line))).toEqual([
      ...TOKEN_STEPS,
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
        desktop: null,
      }),
    ]);
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
    const start = asked.at(-1);
    expect(start).toMatchObject({ input: nul, output, errors: output });
    expect(start?.['commandLine']).toContain(` ${section},${toWorker},${toHost} `);
  });

  test('is told nothing by variables with which Node.js and its libraries load other code', () => {
    const names = asked.at(-1)?.['environment'] as string[];
    expect(names).toEqual(expect.arrayContaining(Object.keys(HARMLESS)));
    expect(names.filter((name) => /^(NODE|JITI|OPENSSL|RASSHOST)_/i.test(name))).toEqual([]);
  });
});

test('in a job of its own already, the RAS server does without limits that the system would refuse', async () => {
  const { outcome, asked } = await spyOn({ env: { SPY_IN_JOB: '1' } });
  expect(outcome).toMatchObject({ outcome: 'success' });
  expect(asked.filter(({ call }) => call === 'SetInformationJobObject')).toEqual([
    expect.objectContaining({ class: 9 }),
  ]);
});

test('with WorkerToken service it is LocalService, restricted in the same way, on its own desktop', async () => {
  const { outcome, asked } = await spyOn({ settings: { workerToken: 'service' } });
  expect(outcome).toMatchObject({ outcome: 'success' });
  expect(asked.slice(0, 3)).toEqual([
    {
      call: 'LogonUserW',
      user: 'LocalService',
      domain: 'NT AUTHORITY',
      password: false,
      // A service's logon, by the default provider.
      type: 5,
      provider: 0,
    },
    ...TOKEN_STEPS,
  ]);
  expect(asked.at(-1)).toMatchObject({ call: 'CreateProcessAsUserW', desktop: '' });
});

test.each([
  ['LogonUserW', 'logging LocalService on'],
  ['CreateRestrictedToken', "restricting the worker's token"],
  ['SetTokenInformation', "restricting the worker's token"],
  ['SetInformationJobObject', "creating the worker's job"],
  ['UpdateProcThreadAttribute', "preparing the worker's start"],
  ['CreateProcessAsUserW', 'starting NodePath'],
])(
  'where the system refuses %s, no worker is started with more, and the caller gets ERROR',
  async (name, step) => {
    const settings = { workerToken: name === 'LogonUserW' ? 'service' : 'restricted' } as const;
    const { outcome, asked } = await spyOn({ settings, env: { SPY_REFUSE: name } }, (server) =>
      logged(server, new RegExp(`event 1002 worker lost: not started: ${step}: error 5`)),
    );
    expect(outcome).toMatchObject({ outcome: 'error', dwError: 5 });
    const calls = asked.map(({ call }) => call);
    expect(calls).toContain(name);
    if (name !== 'CreateProcessAsUserW') expect(calls).not.toContain('CreateProcessAsUserW');
  },
);

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
