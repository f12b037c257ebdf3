import fc from 'fast-check';
import { Command } from 'commander';
import { main } from '../../lib/cli/main';
import {
  addSettingsOptions,
  addTakingBack,
  optionOf,
  settingsArguments,
} from '../../lib/cli/settings-options';
import {
  SETTINGS,
  type Setting,
  type SettingChanges,
  type SettingName,
} from '../../lib/windows/settings';
import { CapturedIo } from '../support/captured-io';

const NAMES = Object.keys(SETTINGS) as SettingName[];

/** What commander makes of arguments, in the words of `register`. */
function parse(args: readonly string[]): SettingChanges {
  const command = addTakingBack(addSettingsOptions(new Command()))
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} });
  return command.parse(args, { from: 'user' }).opts();
}

/** Anything that a setting may be. */
function values(name: SettingName): fc.Arbitrary<string | number | boolean> {
  const setting: Setting = SETTINGS[name];
  if (setting.kind === 'number') return fc.integer({ min: setting.least, max: setting.most });
  if (setting.kind === 'flag') return fc.boolean();
  if (setting.kind === 'word') return fc.constantFrom(...setting.words);
  return fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('--permission -x', '--', '-'));
}

const changes: fc.Arbitrary<SettingChanges> = fc
  .record(
    Object.fromEntries(
      NAMES.map((name) => [
        name,
        name === 'node' ? values(name) : fc.oneof(values(name), fc.constant(false as const)),
      ]),
    ),
    { requiredKeys: [] },
  )
  .map((some) => ({ ...some }));

test('settings that are passed to another process as arguments are the same there', () => {
  fc.assert(
    fc.property(changes, (some) => {
      expect(parse(settingsArguments(some, (path) => path))).toEqual(some);
    }),
  );
});

test('paths are passed as the other process has them, and nothing else is changed', () => {
  const args = settingsArguments(
    { log: '/a', tapeDirectory: '/b', nodeArguments: '/c', dialogSeconds: 5, node: '/d' },
    (path) => `Z:${path}`,
  );
  expect(parse(args)).toEqual({
    ...{ log: 'Z:/a', tapeDirectory: 'Z:/b', nodeArguments: '/c', dialogSeconds: 5, node: 'Z:/d' },
  });
});

test.each(NAMES.filter((name) => name !== 'node'))('%s can be taken back by --no-…', (name) => {
  const option = optionOf(name).replace('--', '--no-');
  expect(parse([option])).toEqual({ [name]: false });
});

test('node.exe can be replaced, and not be taken back', () => {
  expect(() => parse(['--no-node'])).toThrow("unknown option '--no-node'");
});

test('a setting that is not named is not decided', () => {
  expect(parse([])).toEqual({});
});

async function rasshost(...args: string[]) {
  const io = new CapturedIo();
  const code = await main(args, io, new AbortController().signal);
  return { code, out: io.out, err: io.problems };
}

test.each(
  NAMES.flatMap((name) => {
    const setting: Setting = SETTINGS[name];
    if (setting.kind === 'word') {
      return [[optionOf(name), 'else', `Allowed choices are ${setting.words.join(', ')}`]];
    }
    if (setting.kind !== 'number') return [];
    const { least, most } = setting;
    return [String(least - 1), String(most + 1), '', '1.5', 'ten', '0x10'].map((given) => [
      optionOf(name),
      given,
      `It must be a whole number from ${least} to ${most}.`,
    ]);
  }),
)('%s %j is refused, and what is allowed is said', async (option, given, allowed) => {
  expect(await rasshost('register', 'policy.ts', option, given)).toEqual({
    code: 2,
    out: '',
    err: expect.stringContaining(allowed),
  });
});

describe('the help', () => {
  const lineOf = (help: string, option: string): string =>
    new RegExp(`^ +${option}\\b.*(?:\\n {10,}.*)*`, 'm').exec(help)?.[0].replace(/\s+/g, ' ') ?? '';

  test.each(NAMES)('of register has %s with what it is, and its default', async (name) => {
    const setting: Setting = SETTINGS[name];
    const { out } = await rasshost('register', '--help');
    const has = lineOf(out, optionOf(name));
    expect(has).toContain(setting.help);
    const usual =
      setting.kind === 'number'
        ? setting.usual
        : setting.kind === 'word'
          ? setting.words[0]
          : undefined;
    if (usual === undefined) expect(has).not.toContain('default');
    else expect(has).toContain(`(default ${usual})`);
  });

  test('of emulate says that the worker runs as who calls it', async () => {
    const { out } = await rasshost('emulate', '--help');
    expect(lineOf(out, '--worker-token')).toContain('(default same)');
    expect(out).not.toContain('--no-log');
  });

  test('of register says how a setting is taken back', async () => {
    const { out } = await rasshost('register', '--help');
    expect(out).toContain('--no-log');
  });
});
