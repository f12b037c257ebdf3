import { SETTINGS_KEY } from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { localBinary } from './ras-server';

/** Types of registry values. */
export const REG = { NONE: 0, SZ: 1, EXPAND_SZ: 2, BINARY: 3, DWORD: 4, MULTI_SZ: 7, QWORD: 11 };

/** A value as the registry has it: any bytes of any type. */
export interface RawValue {
  readonly name: string;
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Text as it is written by whoever forgets the NUL. */
export function utf16(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le');
}

/** Writes settings of the security DLL that `rasshost register` would never write. */
export async function setRaw(host: WindowsHost, values: readonly RawValue[]): Promise<void> {
  const args = values.flatMap(({ name, type, bytes }) => [
    ...[name, String(type)],
    bytes.length === 0 ? '-' : Buffer.from(bytes).toString('hex'),
  ]);
  const { code } = await host.run(localBinary('set_raw_value.exe'), [SETTINGS_KEY, ...args]);
  if (code !== 0) throw new Error('the registry takes no such values');
}

/** Takes all settings of the security DLL away, and the key in which they are. */
export async function removeSettings(host: WindowsHost): Promise<void> {
  const { code } = await host.run('reg.exe', ['delete', `HKLM\\${SETTINGS_KEY}`, '/f']);
  if (code !== 0) throw new Error('the key of the settings stays');
}
