import { closeSync, openSync } from 'node:fs';

/**
 * Whether a process has loaded a DLL, which Windows lets nobody write to then. True as well where
 * that can't be found out.
 */
export function isLoaded(dll: string): boolean {
  try {
    closeSync(openSync(dll, 'r+'));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
