import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { address, load } from 'koffi';
import type { CheckedPath } from './foreign-writers';
import { parseSecurity, sidAt, type Security } from './security-descriptor';

const OWNER_SECURITY_INFORMATION = 1;
const DACL_SECURITY_INFORMATION = 4;
const TOKEN_QUERY = 8;
const TOKEN_USER = 1;

/** More than a user's SID takes, with what stands before it. */
const TOKEN_USER_SIZE = 256;

/** Files, as far as they are there, their directories, and all that are above, each once. */
export function checkedPaths(files: readonly string[]): CheckedPath[] {
  const kinds = new Map<string, CheckedPath['kind']>();
  for (const file of files) {
    for (let path = dirname(dirname(file)); !kinds.has(path); path = dirname(path)) {
      kinds.set(path, 'ancestor');
    }
  }
  // Of one that is both, more is asked.
  for (const file of files) kinds.set(dirname(file), 'directory');
  for (const file of files) if (existsSync(file)) kinds.set(file, 'file');
  return [...kinds].map(([path, kind]) => ({ path, kind, security: readSecurity(path) }));
}

/** Undefined: the system does not say. */
function readSecurity(path: string): Security | undefined {
  const wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
  const { GetFileSecurityW } = advapi32();
  const size = [0];
  GetFileSecurityW(path, wanted, null, 0, size);
  const descriptor = Buffer.alloc(size[0] ?? 0);
  if (GetFileSecurityW(path, wanted, descriptor, descriptor.length, size) === 0) return undefined;
  return parseSecurity(descriptor);
}

/** The SID of whoever runs this process. */
export function ownSid(): string {
  const { CloseHandle, GetCurrentProcess, GetTokenInformation, OpenProcessToken } = advapi32();
  const token: unknown[] = [null];
  if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token) === 0) return 'unknown';
  const user = Buffer.alloc(TOKEN_USER_SIZE);
  const told = GetTokenInformation(token[0], TOKEN_USER, user, user.length, [0]);
  CloseHandle(token[0]);
  // It begins with a pointer into itself.
  return told === 0 ? 'unknown' : sidAt(user, Number(user.readBigUInt64LE() - address(user)));
}

type Call = (...args: unknown[]) => number;

let bound: ReturnType<typeof bind> | undefined;

/** Bound at the first use: this file is also loaded where there is no advapi32. */
function advapi32() {
  return (bound ??= bind());
}

function bind() {
  const library = load('advapi32.dll');
  const kernel = load('kernel32.dll');
  return {
    GetFileSecurityW: library.func(
      'int32_t __stdcall GetFileSecurityW(str16 path, uint32_t wanted, void *descriptor, ' +
        'uint32_t size, _Out_ uint32_t *needed)',
    ) as Call,
    OpenProcessToken: library.func(
      'int32_t __stdcall OpenProcessToken(void *process, uint32_t access, _Out_ void **token)',
    ) as Call,
    GetTokenInformation: library.func(
      'int32_t __stdcall GetTokenInformation(void *token, int32_t kind, void *information, ' +
        'uint32_t size, _Out_ uint32_t *needed)',
    ) as Call,
    GetCurrentProcess: kernel.func('void *__stdcall GetCurrentProcess()') as () => unknown,
    CloseHandle: kernel.func('int32_t __stdcall CloseHandle(void *handle)') as Call,
  };
}
