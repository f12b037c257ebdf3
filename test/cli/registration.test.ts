import { resolve } from 'node:path';
import { registerHere, requestReload, unregisterHere } from '../../lib/cli/registration';
import type { CheckedPath } from '../../lib/windows/foreign-writers';
import { SECURITY_HOST_KEY, SETTINGS_KEY, packageFiles } from '../../lib/windows/settings';

const policy = 'examples/passcode.ts';

let values: Map<string, string | number>;
let changes: string[];
let failAt: string | undefined;

/** What the system says of the files that are to be registered. */
let security: CheckedPath['security'];
let asked: readonly string[];

const OWN_SID = 'S-1-5-21-1-2-3-500';

/** Whether a RAS server has loaded the security DLL. */
let isLoaded = true;
jest.mock('../../lib/windows/loaded-library', () => ({ isLoaded: () => isLoaded }));
jest.mock('../../lib/windows/read-security', () => ({
  checkedPaths: (files: readonly string[]) => {
    asked = files;
    return files.map((path) => ({ path, kind: 'file', security }));
  },
  ownSid: () => OWN_SID,
}));

jest.mock('../../lib/windows/registry', () => ({
  registryBytes: (key: string, name: string) => {
    const value = values.get(`${key}\\${name}`);
    return value === undefined ? undefined : Buffer.of(Number(value), 0, 0, 0);
  },
  registryText: (key: string, name: string) => values.get(`${key}\\${name}`),
  setRegistryValue: ({ key, name, data }: { key: string; name: string; data: string }) => {
    if (name === failAt) throw new Error(`cannot write ${name}`);
    changes.push(`set ${name}`);
    values.set(`${key}\\${name}`, data);
  },
  deleteRegistryKey: (key: string) => {
    for (const name of [...values.keys()]) if (name.startsWith(key)) values.delete(name);
  },
  deleteRegistryValue: (key: string, name: string) => {
    changes.push(`delete ${name}`);
    values.delete(`${key}\\${name}`);
  },
}));

beforeEach(() => {
  values = new Map();
  changes = [];
  failAt = undefined;
  isLoaded = true;
  security = { owner: OWN_SID, grants: [] };
});

const DLL_PATH = `${SECURITY_HOST_KEY}\\DLLPath`;

test('DLLPath is written after everything that it needs (EM-01)', async () => {
  const dll = await registerHere(policy, { dialogSeconds: 60 });
  expect(changes).toEqual([
    'set WorkerPath',
    'set PolicyPath',
    'set NodePath',
    'set DialogSeconds',
    'set EventMessageFile',
    'set TypesSupported',
    'set DLLPath',
  ]);
  expect(values.get(DLL_PATH)).toBe(dll);
  expect(values.get(`${SETTINGS_KEY}\\NodePath`)).toBe(process.execPath);
});

test('a setting that is taken back is deleted, one that is not named stays as it is', async () => {
  await registerHere(policy, { log: '/logs/rasshost.log', spareWorkers: 0, watchPolicy: true });
  changes = [];
  await registerHere(policy, { log: false, watchPolicy: false });
  expect(changes).toContain('delete LogPath');
  expect(values.has(`${SETTINGS_KEY}\\LogPath`)).toBe(false);
  expect(values.get(`${SETTINGS_KEY}\\WatchPolicy`)).toBe(0);
  expect(values.get(`${SETTINGS_KEY}\\SpareWorkers`)).toBe(0);
  // A RAS server that starts meanwhile finds a DLL whose settings are complete.
  expect(changes.at(-1)).toBe('set DLLPath');
});

test('a registration that fails halfway leaves no DLLPath', async () => {
  failAt = 'PolicyPath';
  await expect(registerHere(policy, {})).rejects.toThrow('cannot write PolicyPath');
  expect(values.has(DLL_PATH)).toBe(false);
});

test('unregistering deletes DLLPath before everything else (EM-02)', async () => {
  await registerHere(policy, {});
  changes = [];
  unregisterHere();
  expect(changes[0]).toBe('delete DLLPath');
  expect(values.size).toBe(0);
});

test('unregistering twice is no error', () => {
  unregisterHere();
  unregisterHere();
  expect(values.size).toBe(0);
});

test('each request to reload has another text, and unregistering removes it', async () => {
  expect(() => requestReload()).toThrow(expect.objectContaining({ code: 'RASSHOST_E_OPTION' }));
  await registerHere(policy, {});
  const request = () => {
    requestReload();
    return values.get(`${SETTINGS_KEY}\\ReloadRequest`);
  };
  expect(request()).not.toBe(request());
  const before = values.get(`${SETTINGS_KEY}\\ReloadRequest`);
  isLoaded = false;
  expect(requestReload()).toBe(false);
  expect(values.get(`${SETTINGS_KEY}\\ReloadRequest`)).toBe(before);
  unregisterHere();
  expect(values.size).toBe(0);
});

test('our own DLL at another place is replaced', async () => {
  values.set(DLL_PATH, 'C:\\Old\\RASSHOST.dll');
  const dll = await registerHere(policy, {});
  expect(values.get(DLL_PATH)).toBe(dll);
});

test("another vendor's DLL is named and neither replaced nor removed", async () => {
  values.set(DLL_PATH, 'C:\\Vendor\\acehost.dll');
  const refusal = {
    code: 'RASSHOST_E_REGISTERED',
    message:
      'RASSHOST_E_REGISTERED: DLLPath names C:\\Vendor\\acehost.dll, and RAS loads one security DLL ' +
      'only: uninstall that one first. Nothing was changed',
  };
  await expect(registerHere(policy, {})).rejects.toMatchObject(refusal);
  expect(() => unregisterHere()).toThrow(expect.objectContaining(refusal));
  expect([...values]).toEqual([[DLL_PATH, 'C:\\Vendor\\acehost.dll']]);
});

describe('where somebody else may change a file', () => {
  const SOMEBODY = 'S-1-5-21-1-2-3-1001';
  beforeEach(() => {
    security = { owner: OWN_SID, grants: [{ sid: SOMEBODY, rights: 0x10000 }] };
  });

  test('nothing is registered, and each file is named with who that is', async () => {
    const refusal = registerHere(policy, { log: '/logs/rasshost.log' });
    await expect(refusal).rejects.toMatchObject({ code: 'RASSHOST_E_MACHINE' });
    const { dll, worker } = packageFiles(resolve('.'));
    expect(asked).toEqual([
      dll,
      process.execPath,
      worker,
      resolve(policy),
      resolve('/logs/rasshost.log'),
    ]);
    const message = await refusal.catch(String);
    for (const file of asked) expect(message).toContain(`${file}: ${SOMEBODY} may change it\n`);
    expect(changes).toEqual([]);
  });

  test('it is registered when that is somebody who is trusted', async () => {
    await registerHere(policy, { trustWriter: [SOMEBODY] });
    expect(values.has(DLL_PATH)).toBe(true);
  });
});

test('nothing is registered where services load only what Microsoft has signed', async () => {
  const mitigation = 'SYSTEM\\CurrentControlSet\\Control\\SCMConfig\\EnableSvchostMitigationPolicy';
  values.set(mitigation, 1);
  await expect(registerHere(policy, {})).rejects.toMatchObject({
    code: 'RASSHOST_E_MACHINE',
    message: expect.stringMatching(
      /EnableSvchostMitigationPolicy is set: .* Nothing is registered$/,
    ),
  });
  expect(changes).toEqual([]);
  values.set(mitigation, 0);
  await registerHere(policy, {});
  expect(values.has(DLL_PATH)).toBe(true);
});

test.each([
  ['a policy that does not exist', 'no-such-policy.ts', {}, 'RASSHOST_E_POLICY_NOT_FOUND'],
  ['a file that is no policy', 'package.json', {}, 'RASSHOST_E_POLICY_INVALID'],
  ['a node.exe that does not exist', policy, { node: '/no/node.exe' }, 'RASSHOST_E_OPTION'],
])('%s changes nothing', async (_what, file, options, code) => {
  await expect(registerHere(file, options)).rejects.toMatchObject({ code });
  expect(changes).toEqual([]);
});

test('a package without its DLL is refused by the name of the file, so DLLPath never names it', () => {
  expect(() => packageFiles('/no/package')).toThrow(
    expect.objectContaining({
      code: 'RASSHOST_E_NATIVE_NOT_FOUND',
      message: expect.stringContaining('/no/package/prebuilds/win32-x64/rasshost.dll'),
    }),
  );
});
