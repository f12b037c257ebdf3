import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  checkEmulatorOptions,
  EMULATOR_OPTIONS,
  splitArguments,
} from '../../lib/cli/emulator-arguments';
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

test('the options are those that the emulator itself has', () => {
  const directory = resolve(__dirname, '../../native/emulator/portable');
  const header = readFileSync(resolve(directory, 'option_table.h'), 'utf8');
  const [, fault = ''] = /kFault = ("[^"]+")/.exec(header) ?? [];
  const table = readFileSync(resolve(directory, 'option_table.cc'), 'utf8')
    .split('std::vector<Option> table = {')[1]
    ?.replace('kFault', fault);
  const options = [...(table ?? '').matchAll(/\{"(--[a-z-]+)",\s+"([^"]*)"/g)];
  const names = (isFlag: boolean) =>
    options.filter(([, , value]) => (value === '') === isFlag).map(([, name]) => name);
  expect([...EMULATOR_OPTIONS.withValue].sort()).toEqual(names(false).sort());
  expect([...EMULATOR_OPTIONS.flags].sort()).toEqual(names(true).sort());
});

test.each([
  [['--strict', '--ports', '2', '--fault=early-event=5', '--device-name', '--strct']],
  [['--ppp-user', 'a=b', '--late-send']],
])('%j are options of the emulator', (options) => {
  expect(() => checkEmulatorOptions(options, [])).not.toThrow();
});

test.each([
  ['--strct', '--strict'],
  ['--max-call=1', '--max-calls'],
  ['--dialog-second', '--dialog-seconds'],
])('%s is refused before Wine starts, and %s is proposed', async (option, right) => {
  const io = new CapturedIo();
  const args = ['emulate', POLICY, '--ports', '2', option];
  expect(await main(args, io, new AbortController().signal)).toBe(2);
  expect(io.err).toBe(
    'rasshost: RASSHOST_E_OPTION: neither emulate nor the emulator has an option ' +
      `${option.replace('=1', '')} (did you mean ${right}?)\n`,
  );
});
