import { resolve } from 'node:path';
import { splitArguments } from '../../lib/cli/emulator-arguments';
import { main } from '../../lib/cli/main';
import { CapturedIo } from '../support/captured-io';

const POLICY = resolve(__dirname, '../../examples/passcode.ts');

test.each([
  [[], { emulatorOptions: [] }],
  [[POLICY], { policy: POLICY, emulatorOptions: [] }],
  [[POLICY, '--ports', '2'], { policy: POLICY, emulatorOptions: ['--ports', '2'] }],
  [['--ports', '2'], { emulatorOptions: ['--ports', '2'] }],
  // The argument of an option, and no policy.
  [['--each-call', 'no-such.ts'], { emulatorOptions: ['--each-call', 'no-such.ts'] }],
])('of %j the policy comes first, and the rest is for the emulator', (given, expected) => {
  expect(splitArguments(given)).toEqual(expected);
});

test('a policy that comes after an option of the emulator is refused, with the right order', async () => {
  const io = new CapturedIo();
  const args = ['emulate', '--ports', '2', POLICY, '--strict'];
  expect(await main(args, io, new AbortController().signal)).toBe(2);
  expect(io.err).toBe(
    `rasshost: RASSHOST_E_OPTION: ${POLICY} comes after --ports, an option of the emulator; ` +
      `the policy comes first: rasshost emulate ${POLICY} --ports 2 --strict\n`,
  );
});
