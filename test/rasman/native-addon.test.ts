import { loadAddon } from '../../lib/rasman/native-addon';

// Elsewhere it loads, and the tests with the Windows binaries use it.
const { platform, arch } = process;

test('rasshost.node on another system than Windows is refused, with the two that differ', () => {
  expect(platform).not.toBe('win32');
  expect(() => loadAddon()).toThrow(
    "RASSHOST_E_NATIVE_NOT_FOUND: rasshost.node can't be loaded: " +
      `it is for win32-x64, not ${platform}-${arch}`,
  );
});
