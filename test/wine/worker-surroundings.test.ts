// What a worker finds around it: variables, a profile and temporary directory of its own.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { WorkerToken } from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { logged } from '../support/our-dll';
import { openMachine } from '../support/ras-server';
import { serving } from '../support/serving';
import { setProgramData, spiedStart, startOf } from '../support/spied-start';
import { withSpy } from '../support/system-spy';

const OBEDIENT = resolve(__dirname, 'policies/obedient.ts');
const SURROUNDINGS = resolve(__dirname, 'policies/surroundings.ts');

/** Variables with which other code could be loaded into a worker, in any case of letters. */
const DANGEROUS = {
  NODE_OPTIONS: '--no-such-option',
  node_extra_ca_certs: 'ca.pem',
  Jiti_Cache: 'true',
  OPENSSL_CONF: 'openssl.cnf',
  RASSHOST_PREBUILD: 'elsewhere',
};

const OTHERS = {
  TOKEN_SERVER: 'tokens.contoso.com',
  NODES: '1',
  MY_NODE_OPTIONS: '1',
  HTTPS_PROXY: 'http://proxy.contoso.com:3128',
};

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

/** A directory that is %ProgramData% as long as the test takes. */
async function withProgramData(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-program-data-'));
  try {
    await setProgramData(host, host.toWindows(directory));
    await test(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const variables = (asked: readonly Readonly<Record<string, unknown>>[]) =>
  (startOf({ asked })['environment'] as string[]).map((variable) => {
    const [name = '', ...value] = variable.split('=');
    return [name, value.join('=')] as const;
  });

test('with WorkerToken same a worker has the variables of whoever started it, but those with which Node.js and its libraries load other code', async () => {
  const { asked, outcome } = await spiedStart(host, OBEDIENT, { env: { ...DANGEROUS, ...OTHERS } });
  expect(outcome).toMatchObject({ outcome: 'success' });
  const names = variables(asked).map(([name]) => name);
  expect(names).toEqual(expect.arrayContaining([...Object.keys(OTHERS), 'TEMP', 'PATH']));
  expect(names.filter((name) => /^(NODE|JITI|OPENSSL|RASSHOST)_/i.test(name))).toEqual([]);
  expect(asked.filter(({ call }) => call === 'CreateDirectoryW')).toEqual([]);
});

test.each<WorkerToken>(['service', 'restricted'])(
  'with WorkerToken %s a worker has only variables that tell about the machine, and a directory of its own',
  async (workerToken) => {
    const { asked, outcome, programData } = await spiedStart(host, OBEDIENT, {
      settings: { workerToken },
      env: { ...DANGEROUS, ...OTHERS },
    });
    expect(outcome).toMatchObject({ outcome: 'success' });
    const own = `${programData}\\rasshost\\worker`;
    // In the order in which Windows wants them.
    expect(variables(asked)).toEqual([
      ['APPDATA', own],
      ['COMPUTERNAME', expect.stringMatching(/./)],
      ['LOCALAPPDATA', own],
      ['NUMBER_OF_PROCESSORS', expect.stringMatching(/^\d+$/)],
      ['OS', 'Windows_NT'],
      ['PROCESSOR_ARCHITECTURE', 'AMD64'],
      ['ProgramData', programData],
      ['ProgramFiles', 'C:\\Program Files'],
      ['SystemDrive', 'C:'],
      ['SystemRoot', 'C:\\windows'],
      ['TEMP', own],
      ['TMP', own],
      ['USERPROFILE', own],
      ['windir', 'C:\\windows'],
    ]);
    // Each made at once with its final rights, which are not inherited: LocalService may change what
    // is in the second one, but not remove it.
    const ours = 'O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';
    const call = 'CreateDirectoryW';
    expect(asked.filter((line) => line['call'] === call)).toEqual([
      { call, path: `${programData}\\rasshost`, security: ours },
      { call, path: own, security: `${ours}(A;;0x1201bf;;;LS)(A;OICIIO;0x1301bf;;;LS)` },
    ]);
  },
);

test('a policy in a service finds that directory, and none of the variables that the service has', () =>
  withProgramData((programData) =>
    serving(
      host,
      SURROUNDINGS,
      withSpy(host, { settings: { workerToken: 'service' }, env: OTHERS }),
      async (server) => {
        const caller = await server.call();
        const own = `${host.toWindows(programData)}\\rasshost\\worker`;
        await caller.sees(`temporary ${own}, home ${own}, `);
        for (const name of ['HTTPS_PROXY', 'TOKEN_SERVER']) {
          await caller.sees('Variable: ');
          caller.types(`${name}\r`);
          await caller.sees(`${name} is not set.`);
        }
        await caller.sees('Variable: ');
        caller.types('none\r');
        expect(await server.outcome()).toMatchObject({ outcome: 'success' });
        expect(readdirSync(join(programData, 'rasshost', 'worker'))).toEqual([
          expect.stringMatching(/^made-/),
        ]);
      },
    ),
  ));

test('what a policy is to be told by variables comes from a file that NodeArguments name', () =>
  withProgramData((programData) => {
    const file = join(programData, 'policy.env');
    writeFileSync(file, 'TOKEN_SERVER=tokens.contoso.com\nTEMP=C:\\elsewhere\n');
    const nodeArguments = `"--env-file=${host.toWindows(file)}"`;
    const settings = { workerToken: 'restricted' as const, nodeArguments };
    return serving(host, SURROUNDINGS, withSpy(host, { settings }), async (server) => {
      const caller = await server.call();
      // It replaces nothing that is there.
      await caller.sees(`temporary ${host.toWindows(programData)}\\rasshost\\worker, `);
      await caller.sees('Variable: ');
      caller.types('TOKEN_SERVER\r');
      await caller.sees('TOKEN_SERVER is tokens.contoso.com.');
      await caller.sees('Variable: ');
      caller.types('none\r');
      expect(await server.outcome()).toMatchObject({ outcome: 'success' });
    });
  }));

describe('where somebody else has been before', () => {
  const rasshost = '%ProgramData%\\\\rasshost';

  async function isRefused(
    reason: string,
    error: number,
    env: Record<string, string>,
    before?: (programData: string) => void,
  ): Promise<void> {
    const entry = new RegExp(`worker lost: not started: ${reason}, which has .*: error ${error}`);
    const { outcome, asked } = await spiedStart(
      host,
      OBEDIENT,
      { settings: { workerToken: 'service' }, env },
      { before, wanted: (server) => logged(server, entry) },
    );
    expect(outcome).toMatchObject({ outcome: 'error', dwError: error });
    expect(asked.map(({ call }) => call)).not.toContain('CreateProcessAsUserW');
  }

  test("a directory is refused that is neither SYSTEM's nor the administrators'", () =>
    isRefused(rasshost, 1307, { SPY_OWNER: 'S-1-5-21-1-2-3-1001' }));

  test.each([
    ['ProgramData', '%ProgramData%'],
    ['rasshost', rasshost],
    ['worker', `${rasshost}\\\\worker`],
  ])('a link in the place of %s is refused', (name, reason) =>
    isRefused(reason, 267, { SPY_LINK: name }),
  );

  test('a file is refused', () =>
    isRefused(rasshost, 267, {}, (programData) =>
      writeFileSync(join(programData, 'rasshost'), ''),
    ));

  test("directories of SYSTEM's are used as they are", async () => {
    const { outcome } = await spiedStart(
      host,
      OBEDIENT,
      { settings: { workerToken: 'service' }, env: { SPY_OWNER: 'S-1-5-18' } },
      {
        before: (programData) => {
          mkdirSync(join(programData, 'rasshost', 'worker'), { recursive: true });
        },
      },
    );
    expect(outcome).toMatchObject({ outcome: 'success' });
  });
});

test('a system that does not say where %ProgramData% is gets no worker started', async () => {
  const { outcome } = await spiedStart(
    host,
    OBEDIENT,
    { settings: { workerToken: 'restricted' } },
    {
      before: () => setProgramData(host, 'ProgramData'),
      wanted: (server) => logged(server, /not started: finding %ProgramData%: error 161/),
    },
  );
  expect(outcome).toMatchObject({ outcome: 'error', dwError: 161 });
});
