import { Option, type Command } from 'commander';
import {
  entries,
  SETTINGS,
  type ChosenSettings,
  type Setting,
  type SettingChanges,
  type SettingName,
} from '../windows/settings';
import { loadSecondsOption } from './load-seconds-option';
import { wholeNumber } from './whole-number';

/** The options with which emulate sets up the security DLL. */
export type SettingsOptions = ChosenSettings;

/** `--dialog-seconds` of `dialogSeconds`. */
export function optionOf(name: SettingName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Adds an option for each setting, with the limits of the security DLL.
 *
 * @param usual - what the command does when an option is not given, where that is not what the
 *   security DLL does
 */
export function addSettingsOptions(command: Command, usual: ChosenSettings = {}): Command {
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    command.addOption(settingOption(name, usual[name] ?? usualOf(SETTINGS[name])));
  }
  return command.addOption(loadSecondsOption());
}

/** Adds `--no-…` for each setting that may be taken back. */
export function addTakingBack(command: Command): Command {
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    if (name !== 'node') command.addOption(new Option(noOption(name)).hideHelp());
  }
  return command.addHelpText(
    'after',
    '\nA setting that no option names stays as it is. Each but --node can be taken back, as --no-log\n' +
      'does it: the security DLL has its default then.',
  );
}

function settingOption(name: SettingName, usual: string | number | boolean | undefined): Option {
  const setting: Setting = SETTINGS[name];
  const argument = setting.argument === undefined ? '' : ` <${setting.argument}>`;
  const isUsual = usual === undefined ? '' : ` (default ${usual})`;
  const option = new Option(`${optionOf(name)}${argument}`, setting.help + isUsual);
  if (setting.kind === 'word') return option.choices(setting.words);
  if (setting.kind === 'number') option.argParser(wholeNumber(setting.least, setting.most));
  return option;
}

/** What the security DLL does when a setting is not there. */
function usualOf(setting: Setting): string | number | undefined {
  if (setting.kind === 'word') return setting.words[0];
  return setting.kind === 'number' ? setting.usual : undefined;
}

function noOption(name: SettingName): string {
  return optionOf(name).replace('--', '--no-');
}

/** The same options as arguments of another rasshost process; `path` converts paths. */
export function settingsArguments(
  changes: SettingChanges,
  path: (local: string) => string,
): string[] {
  return entries(changes).flatMap(([name, chosen]) => {
    if (chosen === undefined) return [];
    if (chosen === false) return [noOption(name)];
    if (chosen === true) return [optionOf(name)];
    const text = String(chosen);
    return [optionOf(name), SETTINGS[name].kind === 'path' ? path(text) : text];
  });
}
