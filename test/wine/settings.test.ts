// Whatever is written where the settings are: the service lives, what is malformed counts as not
// set, and the log says so.
import { resolve } from 'node:path';
import { packageFiles, SETTINGS_KEY } from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { count, logged, loggedTimes, logOf, requestReload } from '../support/our-dll';
import { localBinary, openMachine, type RasServer } from '../support/ras-server';
import { REG, removeSettings, setRaw, utf16, type RawValue } from '../support/raw-registry';
import { serving } from '../support/serving';
import { spiedStart } from '../support/spied-start';
import { withSpy } from '../support/system-spy';

const POLICY = resolve(__dirname, 'policies/obedient.ts');

/** Where there is no worker: ERROR_BAD_CONFIGURATION. */
const NOT_SET = { outcome: 'error', dwError: 1610 };

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

async function isServed(server: RasServer, calls: number): Promise<void> {
  const caller = await server.call();
  await caller.sees('Deed: ');
  caller.types('grant\r');
  expect(await server.outcome(calls)).toMatchObject({ outcome: 'success', userName: 'alice' });
}

test('every setting with every type, bytes of any number and none counts as documented', async () => {
  const { code, stdout } = await host.run(localBinary('malformed_settings.exe'), []);
  expect([code, stdout.trim()]).toEqual([0, '10944 values']);
});

test('Begin outlives a NodePath without bytes, and the next reload finds what has been repaired', () =>
  serving(host, POLICY, {}, async (server) => {
    await setRaw(host, [{ name: 'NodePath', type: REG.SZ, bytes: utf16('') }]);
    await server.call();
    expect(await server.outcome()).toMatchObject(NOT_SET);
    await logged(server, /worker lost: not started: NodePath under .* not set to a full path/);
    await host.setRegistry([{ key: SETTINGS_KEY, name: 'NodePath', data: host.node }]);
    await requestReload(host);
    await logged(server, /worker ready: it takes the calls/);
    await isServed(server, 2);
  }));

test('without any settings each caller gets an error', () =>
  serving(host, POLICY, {}, async (server) => {
    await removeSettings(host);
    for (const calls of [1, 2]) {
      await server.call();
      expect(await server.outcome(calls)).toMatchObject(NOT_SET);
    }
  }));

test('a path that is none is refused by its name, and the policy of before stays', () =>
  serving(host, POLICY, {}, async (server) => {
    await isServed(server, 1);
    const noFullPath = /not a full path: it has to begin with a drive, as C:\\/;
    const elsewhere = /of another machine or a device: it has to begin with a drive, as C:\\/;
    const node = host.node;
    const cases: [RawValue, RegExp | undefined][] = [
      [{ name: 'NodePath', type: REG.SZ, bytes: utf16('') }, undefined],
      [{ name: 'NodePath', type: REG.SZ, bytes: Buffer.of(65) }, /an odd number of bytes/],
      [{ name: 'NodePath', type: REG.SZ, bytes: Buffer.of(65, 0, 66) }, /an odd number of bytes/],
      [{ name: 'NodePath', type: REG.BINARY, bytes: utf16(node) }, /REG_BINARY where REG_SZ is/],
      [{ name: 'NodePath', type: REG.EXPAND_SZ, bytes: utf16(node) }, /REG_EXPAND_SZ where REG_SZ/],
      [{ name: 'NodePath', type: REG.SZ, bytes: utf16('node.exe') }, noFullPath],
      [{ name: 'WorkerPath', type: REG.SZ, bytes: utf16('dist\\worker\\main.js') }, noFullPath],
      [{ name: 'PolicyPath', type: REG.SZ, bytes: utf16('\\ras\\policy.ts') }, noFullPath],
      [{ name: 'PolicyPath', type: REG.SZ, bytes: utf16('\\\\server\\ras\\policy.ts') }, elsewhere],
      [{ name: 'PolicyPath', type: REG.SZ, bytes: utf16('\\\\?\\C:\\ras\\policy.ts') }, elsewhere],
      [
        { name: 'PolicyPath', type: REG.SZ, bytes: utf16('C:\\ras\\') },
        /it names a directory, not a file/,
      ],
      [{ name: 'PolicyPath', type: REG.SZ, bytes: utf16('C:\\"ras"') }, /it has a quotation mark/],
    ];
    const right = [
      { key: SETTINGS_KEY, name: 'NodePath', data: host.node },
      {
        key: SETTINGS_KEY,
        name: 'WorkerPath',
        data: host.toWindows(packageFiles(host.packageDirectory).worker),
      },
      { key: SETTINGS_KEY, name: 'PolicyPath', data: host.toWindows(POLICY) },
    ];
    for (const [at, [value, why]] of cases.entries()) {
      await host.setRegistry(right);
      await setRaw(host, [value]);
      await requestReload(host);
      const refusal = `event 1005 policy refused, the policy before it stays in service: not started: ${value.name} under .*: error 1610`;
      await loggedTimes(server, /event 1005/, at + 1);
      const entry = logOf(server)
        .split(/\r?\n/)
        .filter((line) => /event 100[56]/.test(line));
      expect(entry.at(-1)).toMatch(new RegExp(refusal));
      const told = entry.filter((line) => line.includes('event 1006'));
      if (why)
        expect(told.at(-1)).toMatch(
          new RegExp(`settings: ${value.name} counts as not set: ${why.source}`),
        );
      expect(told).toHaveLength(at === 0 ? 0 : at);
    }
    await isServed(server, 2);
  }));

test('settings that can be done without count as not set, are named once, and cost no caller anything', () =>
  serving(host, POLICY, { settings: { spareWorkers: 1 } }, async (server) => {
    const malformed: [name: string, type: number, bytes: Uint8Array, why: string][] = [
      ['Placement', REG.SZ, utf16('elsewhere'), 'not one of worker, in-process'],
      ['RecycleHours', REG.MULTI_SZ, utf16('24'), 'REG_MULTI_SZ where REG_DWORD is expected'],
      ['NodeArguments', REG.SZ, Buffer.of(45, 0, 45), 'an odd number of bytes'],
      ['TapeDirectory', REG.SZ, utf16('tapes'), 'not a full path: it has to begin with a drive'],
      ['DialogSeconds', REG.SZ, utf16('60'), 'REG_SZ where REG_DWORD is expected'],
      ['StartSeconds', REG.DWORD, Buffer.of(1, 0, 0), '3 bytes where 4 are expected'],
      ['HoldSeconds', REG.DWORD, Buffer.of(0x59, 2, 0, 0), 'it is 601, not from 1 to 600'],
      ['SilenceSeconds', REG.QWORD, Buffer.alloc(8, 1), 'REG_QWORD where REG_DWORD is expected'],
      ['LogMegabytes', REG.NONE, Buffer.of(), 'REG_NONE where REG_DWORD is expected'],
    ];
    await setRaw(
      host,
      malformed.map(([name, type, bytes]) => ({ name, type, bytes })),
    );
    await isServed(server, 1);
    for (const [name, , , why] of malformed) {
      const line = new RegExp(`event 1006 settings: ${name} counts as not set: ${why}`);
      await loggedTimes(server, line, 1);
    }
    // Another worker from the same reading.
    await logged(server, /worker ready: it stands by/);
    expect(count(server, /event 1006/)).toBe(malformed.length);
  }));

test('a setting that the system does not let the DLL read counts as not set, and is named', () =>
  serving(
    host,
    POLICY,
    withSpy(host, { env: { SPY_UNREADABLE: 'DialogSeconds' } }),
    async (server) => {
      await isServed(server, 1);
      await logged(server, /settings: DialogSeconds counts as not set: it can't be read: error 5/);
    },
  ));

test('where the system does not let the DLL open the key, each caller gets an error, and the event log says why', async () => {
  const { outcome, asked } = await spiedStart(host, POLICY, {
    env: { SPY_REFUSE: 'RegOpenKeyExW' },
  });
  expect(outcome).toMatchObject(NOT_SET);
  const entries = asked.filter(({ call, id }) => call === 'ReportEventW' && id === 1006);
  expect(entries).toEqual([
    expect.objectContaining({ strings: ['all', "the key can't be opened: error 5"] }),
  ]);
});
