import { rasErrorName } from '../rasman/codes';

/** Codes of winerror.h, besides those of {@link rasErrorName}, that starts and workers fail with. */
const WINDOWS_ERRORS: Readonly<Record<number, string>> = {
  2: 'ERROR_FILE_NOT_FOUND',
  3: 'ERROR_PATH_NOT_FOUND',
  5: 'ERROR_ACCESS_DENIED',
  6: 'ERROR_INVALID_HANDLE',
  8: 'ERROR_NOT_ENOUGH_MEMORY',
  14: 'ERROR_OUTOFMEMORY',
  32: 'ERROR_SHARING_VIOLATION',
  87: 'ERROR_INVALID_PARAMETER',
  109: 'ERROR_BROKEN_PIPE',
  112: 'ERROR_DISK_FULL',
  123: 'ERROR_INVALID_NAME',
  126: 'ERROR_MOD_NOT_FOUND',
  127: 'ERROR_PROC_NOT_FOUND',
  170: 'ERROR_BUSY',
  183: 'ERROR_ALREADY_EXISTS',
  193: 'ERROR_BAD_EXE_FORMAT',
  206: 'ERROR_FILENAME_EXCED_RANGE',
  267: 'ERROR_DIRECTORY',
  740: 'ERROR_ELEVATION_REQUIRED',
  1067: 'ERROR_PROCESS_ABORTED',
  1114: 'ERROR_DLL_INIT_FAILED',
  1260: 'ERROR_ACCESS_DISABLED_BY_POLICY',
  1314: 'ERROR_PRIVILEGE_NOT_HELD',
  1450: 'ERROR_NO_SYSTEM_RESOURCES',
  1455: 'ERROR_COMMITMENT_LIMIT',
};

/**
 * What a Windows program says, in the terms of whoever reads it here: a bare number of an error
 * gets its name, and a path on drive Z, which Wine has for the whole file system, is this system's.
 */
export function inLocalTerms(text: string, onWindows = process.platform === 'win32'): string {
  const named = text.replace(/\berror (\d{1,5})\b(?! ?[(A-Z])/g, (found, digits: string) => {
    const name = errorName(Number(digits));
    return name === undefined ? found : `${found} ${name}`;
  });
  if (onWindows) return named;
  return named.replace(/\bZ:((?:\\[^\\/:*?"<>|\r\n]+)+)/gi, (_, path: string) =>
    path.replaceAll('\\', '/'),
  );
}

function errorName(code: number): string | undefined {
  const name = rasErrorName(code);
  return name === String(code) ? WINDOWS_ERRORS[code] : name;
}
