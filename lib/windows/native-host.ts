import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { RasshostError } from '../errors';
import { PACKAGE_ROOT } from '../package/root';
import { deleteRegistryValue, registryText, setRegistryValue } from './registry';
import type { RegistryValue } from './registry-value';
import { runProgram } from './run-program';
import type { WindowsHost } from './windows-host';

/** This system is Windows: programs run directly, the registry is the machine's own. */
export async function openNativeHost(): Promise<WindowsHost> {
  const written: RegistryValue[] = [];
  return {
    node: process.execPath,
    packageDirectory: PACKAGE_ROOT,
    ownRegistry: false,
    toWindows: (path) => resolve(path),
    exists: existsSync,
    spawn: (program, args, options = {}) =>
      spawn(program, args, {
        stdio: options.stdio ?? 'pipe',
        env: { ...process.env, ...options.env },
        windowsHide: true,
      }),
    run: (program, args, { env, ...options } = {}) =>
      runProgram(program, args, { env: { ...process.env, ...env }, ...options }),
    setRegistry: async (values) => {
      for (const { key, name } of values) {
        const isOurs = written.some((value) => value.key === key && value.name === name);
        if (isOurs || registryText(key, name) === undefined) continue;
        const problem =
          `${key}\\${name} is set on this machine, where a policy is registered already: ` +
          'emulate it without POLICY, or call rasshost unregister first';
        throw new RasshostError('RASSHOST_E_REGISTERED', problem);
      }
      for (const value of values) {
        setRegistryValue(value);
        written.push(value);
      }
    },
    close: async () => {
      for (const { key, name } of written.splice(0)) deleteRegistryValue(key, name);
    },
  };
}
