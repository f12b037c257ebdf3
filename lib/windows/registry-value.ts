/** One value under HKEY_LOCAL_MACHINE: text is REG_SZ, a number is REG_DWORD. */
export interface RegistryValue {
  /** Without the hive, for example `SOFTWARE\rasshost`. */
  readonly key: string;
  readonly name: string;
  readonly data: string | number;
}

/** The values as a .reg file, which `reg.exe import` reads. */
export function regFile(values: readonly RegistryValue[]): string {
  const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
  const lines = ['Windows Registry Editor Version 5.00'];
  for (const { key, name, data } of values) {
    const written =
      typeof data === 'number' ? `dword:${data.toString(16).padStart(8, '0')}` : quote(data);
    lines.push('', `[HKEY_LOCAL_MACHINE\\${key}]`, `${quote(name)}=${written}`);
  }
  return lines.join('\r\n') + '\r\n';
}
