import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readPeFile } from '../support/pe-file';

const PREBUILD = resolve(__dirname, '../../prebuilds/win32-x64');

const BINARIES = ['rasshost.dll', 'rasshost.node', 'rasman.dll', 'ras-server.exe'];

/** Part of every Windows. */
const SYSTEM = ['advapi32.dll', 'kernel32.dll', 'msvcrt.dll', 'ws2_32.dll'];

test('rasshost.dll exports the two documented names, undecorated, and no other (SD-01)', () => {
  expect(readPeFile(join(PREBUILD, 'rasshost.dll')).exports).toEqual([
    'RasSecurityDialogBegin',
    'RasSecurityDialogEnd',
  ]);
});

test('rasshost.dll has nothing of Node.js in it', () => {
  const bytes = readFileSync(join(PREBUILD, 'rasshost.dll'), 'latin1');
  expect(bytes).not.toMatch(/napi_|node_api_|uv_/);
});

test('rasman.dll exports what Rasman.dll has for security DLLs, and not Complete (SD-02)', () => {
  const { exports } = readPeFile(join(PREBUILD, 'rasman.dll'));
  expect(exports.filter((name) => name.startsWith('RasSecurityDialog'))).toEqual([
    'RasSecurityDialogGetInfo',
    'RasSecurityDialogReceive',
    'RasSecurityDialogSend',
  ]);
});

test.each(BINARIES)(
  '%s needs no DLL that Windows does not have, nor Rasman.dll by name (SD-02)',
  (name) => {
    const { imports } = readPeFile(join(PREBUILD, name));
    expect(imports).toContain('kernel32.dll');
    expect(imports.filter((dll) => !SYSTEM.includes(dll))).toEqual([]);
  },
);

test.each(BINARIES)(
  '%s can be moved in memory, uses all 64 bits of it, and runs no data',
  (name) => {
    expect(readPeFile(join(PREBUILD, name)).characteristics).toEqual(
      expect.arrayContaining(['DYNAMIC_BASE', 'HIGH_ENTROPY_VA', 'NX_COMPAT']),
    );
  },
);
