import { load } from 'koffi';
import { RasshostError } from '../errors';
import type { RegistryValue } from './registry-value';

/** HKEY_LOCAL_MACHINE, sign-extended as the 64-bit headers have it. */
const HKLM = -0x7ffffffe;
const KEY_QUERY_VALUE = 0x0001;
const KEY_SET_VALUE = 0x0002;
const KEY_WOW64_64KEY = 0x0100;
const REG_SZ = 1;
const REG_DWORD = 4;
const ERROR_SUCCESS = 0;
const ERROR_FILE_NOT_FOUND = 2;

/** Writes one value, making its key where needed. */
export function setRegistryValue({ key, name, data }: RegistryValue): void {
  const bytes = typeof data === 'number' ? Buffer.alloc(4) : Buffer.from(`${data}\0`, 'utf16le');
  if (typeof data === 'number') bytes.writeUInt32LE(data);
  const type = typeof data === 'number' ? REG_DWORD : REG_SZ;
  const api = advapi32();
  const handle: unknown[] = [null];
  const access = KEY_SET_VALUE | KEY_WOW64_64KEY;
  const opened = api.RegCreateKeyExW(HKLM, key, 0, null, 0, access, null, handle, null);
  check(opened, 'RegCreateKeyExW', key);
  try {
    const set = api.RegSetValueExW(handle[0], name, 0, type, bytes, bytes.length);
    check(set, 'RegSetValueExW', `${key}\\${name}`);
  } finally {
    api.RegCloseKey(handle[0]);
  }
}

/** Reads one text value; undefined when there is no such key or value. */
export function registryText(key: string, name: string): string | undefined {
  return registryBytes(key, name)?.toString('utf16le').replace(/\0.*$/s, '');
}

/** Reads one value, whatever its type; undefined when there is no such key or value. */
export function registryBytes(key: string, name: string): Buffer | undefined {
  return withKey(key, KEY_QUERY_VALUE, (api, handle) => {
    // As long as a path of Windows can be; RegQueryValueExW fails rather than cut a longer one.
    const bytes = Buffer.alloc(0x10000);
    const length = [bytes.length];
    const status = api.RegQueryValueExW(handle, name, null, null, bytes, length);
    if (status === ERROR_FILE_NOT_FOUND) return undefined;
    check(status, 'RegQueryValueExW', `${key}\\${name}`);
    return bytes.subarray(0, length[0]);
  });
}

/** Deletes one value. No such key or value is as good. */
export function deleteRegistryValue(key: string, name: string): void {
  withKey(key, KEY_SET_VALUE, (api, handle) => {
    const status = api.RegDeleteValueW(handle, name);
    if (status !== ERROR_FILE_NOT_FOUND) check(status, 'RegDeleteValueW', `${key}\\${name}`);
  });
}

/** Deletes a key that has no keys below it, with its values. No such key is as good. */
export function deleteRegistryKey(key: string): void {
  const status = advapi32().RegDeleteKeyExW(HKLM, key, KEY_WOW64_64KEY, 0);
  if (status !== ERROR_FILE_NOT_FOUND) check(status, 'RegDeleteKeyExW', key);
}

function withKey<T>(
  key: string,
  access: number,
  action: (api: ReturnType<typeof advapi32>, handle: unknown) => T,
): T | undefined {
  const api = advapi32();
  const handle: unknown[] = [null];
  const status = api.RegOpenKeyExW(HKLM, key, 0, access | KEY_WOW64_64KEY, handle);
  if (status === ERROR_FILE_NOT_FOUND) return undefined;
  check(status, 'RegOpenKeyExW', key);
  try {
    return action(api, handle[0]);
  } finally {
    api.RegCloseKey(handle[0]);
  }
}

function check(status: number, call: string, what: string): void {
  if (status === ERROR_SUCCESS) return;
  const hint = status === 5 ? ' (access denied: an administrator must do this)' : '';
  throw new RasshostError(
    'RASSHOST_E_REGISTRY',
    `${call} of HKEY_LOCAL_MACHINE\\${what} returned ${status}${hint}`,
  );
}

type Call = (...args: unknown[]) => number;

let bound: ReturnType<typeof bind> | undefined;

/** Bound at the first use: this file is also loaded where there is no advapi32. */
function advapi32() {
  return (bound ??= bind());
}

function bind() {
  const library = load('advapi32.dll');
  const declare = (prototype: string) => library.func(prototype) as Call;
  return {
    RegCreateKeyExW: declare(
      'int32_t __stdcall RegCreateKeyExW(intptr_t key, str16 subKey, uint32_t reserved, ' +
        'void *class, uint32_t options, uint32_t access, void *security, ' +
        '_Out_ void **result, void *disposition)',
    ),
    RegOpenKeyExW: declare(
      'int32_t __stdcall RegOpenKeyExW(intptr_t key, str16 subKey, uint32_t options, ' +
        'uint32_t access, _Out_ void **result)',
    ),
    RegSetValueExW: declare(
      'int32_t __stdcall RegSetValueExW(void *key, str16 name, uint32_t reserved, ' +
        'uint32_t type, void *data, uint32_t length)',
    ),
    RegQueryValueExW: declare(
      'int32_t __stdcall RegQueryValueExW(void *key, str16 name, void *reserved, void *type, ' +
        'void *data, _Inout_ uint32_t *length)',
    ),
    RegDeleteValueW: declare('int32_t __stdcall RegDeleteValueW(void *key, str16 name)'),
    RegDeleteKeyExW: declare(
      'int32_t __stdcall RegDeleteKeyExW(intptr_t key, str16 subKey, uint32_t view, ' +
        'uint32_t reserved)',
    ),
    RegCloseKey: declare('int32_t __stdcall RegCloseKey(void *key)'),
  };
}
