import { execFileSync } from 'node:child_process';
import * as codes from '../../lib/rasman/codes';
import { RAS_ERRORS, rasErrorName } from '../../lib/rasman/codes';
import { RasError } from '../../lib/rasman/ras-error';

/** The macros of the compiler's own raserror.h, for a Windows before and one after Vista. */
function headerCodes(windows: string): Map<string, number> {
  const macros = execFileSync(
    'x86_64-w64-mingw32-g++-posix',
    ['-dM', '-E', '-x', 'c++', `-D_WIN32_WINNT=${windows}`, `-DWINVER=${windows}`, '-'],
    {
      input: '#include <windows.h>\n#include <raserror.h>\n',
      encoding: 'utf8',
      maxBuffer: 2 ** 24,
    },
  );
  const lines = macros.matchAll(/^#define (\w+) \(RASBASE ?\+ ?(\d+)\)$/gm);
  return new Map([...lines].map(([, name = '', offset]) => [name, 600 + Number(offset)]));
}

describe('RAS_ERRORS', () => {
  const header = new Map([...headerCodes('0x0500'), ...headerCodes('0x0601')]);
  // The end of the range, not a code.
  header.delete('RASBASEEND');

  test('has every code of raserror.h under its name', () => {
    expect(header.size).toBeGreaterThan(200);
    const ours = [...header].map(([name, code]) => [code, RAS_ERRORS.get(code)?.name, name]);
    expect(ours.filter(([, name, expected]) => name !== expected)).toEqual([]);
  });

  test('has every number from 600 to 870, each with a meaning', () => {
    for (let code = 600; code <= 870; code++) {
      expect(RAS_ERRORS.get(code)?.meaning).toMatch(/\w/);
    }
  });

  test('gives each name to one code only', () => {
    const names = [...RAS_ERRORS.values()].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('agrees with every named constant', () => {
    const constants = Object.entries(codes).filter(([, value]) => typeof value === 'number');
    expect(constants.length).toBeGreaterThan(10);
    for (const [name, value] of constants) expect(RAS_ERRORS.get(Number(value))?.name).toBe(name);
  });

  test('names a code outside the table by its number', () => {
    expect(rasErrorName(601)).toBe('ERROR_INVALID_PORT_HANDLE');
    expect(rasErrorName(4711)).toBe('4711');
  });
});

describe('RasError', () => {
  test('says function, number, name and meaning', () => {
    const error = new RasError(619, 'RasSecurityDialogSend');
    expect(error).toMatchObject({
      name: 'RasError',
      code: 619,
      codeName: 'ERROR_PORT_DISCONNECTED',
      functionName: 'RasSecurityDialogSend',
    });
    expect(error.message).toMatch(/RasSecurityDialogSend.*619 ERROR_PORT_DISCONNECTED: \w+/);
  });

  test('says so when the code is not documented', () => {
    expect(new RasError(4711, 'RasSecurityDialogReceive').message).toContain('not a documented');
  });
});
