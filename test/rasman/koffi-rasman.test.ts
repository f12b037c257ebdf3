import koffi from 'koffi';

type Module = typeof import('../../lib/rasman/koffi-rasman');

test('two copies of the module live in one process, with the layouts of rasshost.h (SD-09)', () => {
  const copies: Module[] = [];
  for (let count = 0; count < 2; count++) {
    jest.isolateModules(() => {
      copies.push(jest.requireActual<Module>('../../lib/rasman/koffi-rasman'));
    });
  }
  expect(copies[0]?.KoffiRasman).not.toBe(copies[1]?.KoffiRasman);
  for (const { SECURITY_MESSAGE, RAS_SECURITY_INFO } of copies) {
    expect(koffi.sizeof(SECURITY_MESSAGE)).toBe(296);
    expect(koffi.sizeof(RAS_SECURITY_INFO)).toBe(140);
  }
});
