// One table has the settings: what the security DLL reads, and what the pages say, agree with it.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { optionOf } from '../../lib/cli/settings-options';
import {
  RELOAD_REQUEST,
  SETTINGS,
  SETTING_VALUES,
  settingValues,
  takenBack,
  type Setting,
  type SettingName,
} from '../../lib/windows/settings';

const ROOT = resolve(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const NAMES = Object.keys(SETTINGS) as SettingName[];
const settings: readonly Setting[] = Object.values(SETTINGS);

/** What the table would say of a value, in the words of the C++ source. */
function inCpp(setting: Setting): object {
  const { value } = setting;
  switch (setting.kind) {
    case 'path':
      return { value, reads: 'Path' };
    case 'text':
      return { value, reads: 'Text' };
    case 'word':
      return { value, reads: 'OneOf', words: setting.words, usual: setting.words[0] };
    case 'flag':
      return { value, reads: 'Number', least: 0, most: 1, usual: 0 };
    case 'number': {
      const { least, most, usual } = setting;
      return { value, reads: 'Number', least, most, usual };
    }
  }
}

describe('native/security_dll/settings.cc', () => {
  const source = read('native/security_dll/settings.cc').replace(/\s+/g, ' ');
  const header = read('native/security_dll/settings.h');
  const number = (text = ''): number => Number(text.replaceAll("'", ''));

  /** What a member of Settings is when no value is read. */
  const usualOf = (member = ''): string =>
    new RegExp(`^ +\\w+ ${member} = ([^;]+);`, 'm').exec(header)?.[1] ?? 'nothing';

  /** Each value that it reads, but the request to reload. */
  const values = [
    ...source.matchAll(/reader\.(Number|Path|Text|OneOf)(?:<\w+>)?\(L"(\w+)"(?:, ([^;]*))?\);/g),
  ].map(([, reads, value, rest = '']) => {
    if (reads === 'Number') {
      const [, least, most, member] = /^([\d']+), ([\d']+), settings\.(\w+)$/.exec(rest) ?? [];
      const usual = number(usualOf(member));
      return { value, reads, least: number(least), most: number(most), usual };
    }
    if (reads !== 'OneOf') return { value, reads };
    const words = [...rest.matchAll(/\{L"([\w-]+)", (\w+::\w+)\}/g)];
    const [, member] = /settings\.(\w+)$/.exec(rest) ?? [];
    const usual = words.find(([, , constant]) => constant === usualOf(member))?.[1];
    return { value, reads, words: words.map(([, word]) => word), usual };
  });

  test('reads what the table has, with the same limits, words and defaults', () => {
    const byName = (rows: readonly object[]) =>
      [...rows].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
    // These two have no option.
    const own = ['WorkerPath', 'PolicyPath'].map((value) => ({ value, reads: 'Path' }));
    expect(byName(values)).toEqual(byName([...own, ...settings.map(inCpp)]));
  });

  test('reads every value that unregistering removes, and no other', () => {
    expect(values.map(({ value }) => value).sort()).toEqual([...SETTING_VALUES].sort());
    expect(source).toContain(`Text(L"${RELOAD_REQUEST}")`);
  });
});

describe('docs/adminregistry.md', () => {
  const page = read('docs/adminregistry.md');
  const count = (value: number): string => value.toLocaleString('en');

  test('has the table', () => {
    const rows = [...page.matchAll(/^\| `--.*$/gm)].map(([row]) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    expect(rows).toEqual(
      NAMES.map((name) => {
        const setting: Setting = SETTINGS[name];
        const { argument, value, help } = setting;
        const option =
          optionOf(name) + (argument === undefined ? '' : ` ${argument.toUpperCase()}`);
        const link = `[${value}](#${value.toLowerCase()})`;
        return [`\`${option}\``, link, ...allowedAndUsual(setting), help];
      }),
    );
  });

  function allowedAndUsual(setting: Setting): readonly [allowed: string, usual: string] {
    switch (setting.kind) {
      case 'path':
        return ['a full path', 'none'];
      case 'text':
        return ['a text', 'none'];
      case 'word':
        return [setting.words.map((word) => `\`${word}\``).join(', '), `\`${setting.words[0]}\``];
      case 'flag':
        return ['0, 1', '0'];
      case 'number':
        return [`${count(setting.least)} to ${count(setting.most)}`, count(setting.usual)];
    }
  }

  test('has a section for each value, which says the same', () => {
    const sections = new Map(
      page
        .split(/^## /m)
        .slice(1)
        .map((section) => [/^.*/.exec(section)?.[0] ?? '', section] as const),
    );
    for (const name of ['All of them', RELOAD_REQUEST, 'WorkerPath', 'PolicyPath']) {
      expect([...sections.keys()]).toContain(name);
      sections.delete(name);
    }
    expect([...sections.keys()].sort()).toEqual(settings.map(({ value }) => value).sort());
    for (const setting of settings) expect(sections.get(setting.value)).toMatch(saidOf(setting));
  });

  /** How its section begins, or has it. */
  function saidOf(setting: Setting): RegExp {
    const { value } = setting;
    switch (setting.kind) {
      case 'path':
      case 'text':
        return new RegExp(`^${value}\n\nText\\. [^]* /v ${value} /t REG_SZ /d `);
      case 'word':
        return new RegExp(
          `^${value}\n\nText\\. [^]*\`${setting.words[0]}\` \\(default\\)[^]*` +
            setting.words
              .slice(1)
              .map((word) => `\`${word}\`[^]*`)
              .join('') +
            ` /v ${value} /t REG_SZ /d ${setting.words[0]}\n`,
        );
      case 'flag':
        return new RegExp(`^${value}\n\nNumber, 0 or 1, default 0\\. [^]* /t REG_DWORD /d 1\n`);
      case 'number': {
        const { least, most, usual } = setting;
        const between = most - least === 1 ? 'or' : 'to';
        const limits = `${count(least)} ${between} ${count(most)}, default ${count(usual)}`;
        return new RegExp(`^${value}\n\nNumber, ${limits}\\. [^]* /t REG_DWORD /d ${usual}\n`);
      }
    }
  }
});

describe('what is chosen', () => {
  const PATHS = { policy: 'C:\\p.ts', node: 'C:\\node.exe' };
  const written = (values: ReturnType<typeof settingValues>) =>
    Object.fromEntries(values.map(({ name, data }) => [name, data]));

  test('is written under its name, and what is left out is not', () => {
    const chosen = { ...PATHS, dialogSeconds: 60, watchPolicy: true, log: undefined };
    expect(written(settingValues(chosen, 'C:\\main.js'))).toEqual({
      NodePath: 'C:\\node.exe',
      PolicyPath: 'C:\\p.ts',
      WorkerPath: 'C:\\main.js',
      DialogSeconds: 60,
      WatchPolicy: 1,
    });
  });

  test('is deleted when it is taken back, but a flag is written as 0', () => {
    const back = { ...PATHS, log: false, spareWorkers: false, watchPolicy: false } as const;
    expect(takenBack(back)).toEqual(['SpareWorkers', 'LogPath']);
    expect(written(settingValues(back, 'C:\\main.js'))).toMatchObject({ WatchPolicy: 0 });
    expect(written(settingValues(back, 'C:\\main.js'))).not.toHaveProperty('LogPath');
  });
});
