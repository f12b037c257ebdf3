import { registerHere, requestReload, unregisterHere } from '../../lib/cli/registration';
import { SECURITY_HOST_KEY, SETTINGS_KEY, packageFiles } from '../../lib/windows/settings';

const policy = 'examples/passcode.ts';

let values: Map<string, string | number>;
let changes: string[];
let failAt: string | undefined;

jest.mock('../../lib/windows/registry', () => ({
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
});

const DLL_PATH = `${SECURITY_HOST_KEY}\\DLLPath`;

test('DLLPath is written after everything that it needs (EM-01)', async () => {
  const dll = await registerHere(policy, { dialogSeconds: 60 });
  expect(changes).toEqual([
    'set NodePath',
    'set WorkerPath',
    'set PolicyPath',
    'set DialogSeconds',
    'set EventMessageFile',
    'set TypesSupported',
    'set DLLPath',
  ]);
  expect(values.get(DLL_PATH)).toBe(dll);
  expect(values.get(`${SETTINGS_KEY}\\NodePath`)).toBe(process.execPath);
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
    message: expect.stringContaining('C:\\Vendor\\acehost.dll'),
  };
  await expect(registerHere(policy, {})).rejects.toMatchObject(refusal);
  expect(() => unregisterHere()).toThrow(expect.objectContaining(refusal));
  expect([...values]).toEqual([[DLL_PATH, 'C:\\Vendor\\acehost.dll']]);
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
