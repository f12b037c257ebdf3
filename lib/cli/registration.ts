import { existsSync } from 'node:fs';
import { resolve, win32 } from 'node:path';
import { RasshostError } from '../errors';
import { foreignWriters } from '../windows/foreign-writers';
import { isLoaded } from '../windows/loaded-library';
import { PACKAGE_ROOT } from '../package/root';
import { checkedPaths, ownSid } from '../windows/read-security';
import {
  deleteRegistryKey,
  deleteRegistryValue,
  registryBytes,
  registryText,
  setRegistryValue,
} from '../windows/registry';
import {
  EVENT_SOURCE_KEY,
  RELOAD_REQUEST,
  SECURITY_HOST_KEY,
  SETTINGS_KEY,
  SETTING_VALUES,
  packageFiles,
  reloadRequest,
  settingValues,
  takenBack,
  type SettingChanges,
} from '../windows/settings';
import { tryLoad } from '../loading/try-load';

/** With which processes of services load nothing but what Microsoft has signed. */
const SERVICE_CONTROL_KEY = 'SYSTEM\\CurrentControlSet\\Control\\SCMConfig';
const MITIGATION = 'EnableSvchostMitigationPolicy';

export interface RegistrationOptions extends SettingChanges {
  /** SIDs of others who may change what is registered. */
  readonly trustWriter?: readonly string[];
  readonly loadSeconds?: number;
}

/** Error, warning and information. */
const EVERY_EVENT_TYPE = 7;

/**
 * Registers our security DLL with the policy, on this Windows machine. Everything that DLLPath
 * will need is checked and written before DLLPath itself: a RAS server does not start with a
 * DLLPath that names a missing file (EM-01).
 *
 * @returns the registered DLL
 * @throws RasshostError RASSHOST_E_POLICY_* for the policy, RASSHOST_E_OPTION for node.exe,
 *   RASSHOST_E_NATIVE_NOT_FOUND, RASSHOST_E_REGISTERED, RASSHOST_E_REGISTRY, RASSHOST_E_MACHINE
 */
export async function registerHere(
  policyPath: string,
  options: RegistrationOptions,
  stop?: AbortSignal,
): Promise<string> {
  const policy = resolve(policyPath);
  await tryLoad(policy, { loadSeconds: options.loadSeconds, stop });
  const node = resolve(options.node || process.execPath);
  if (!existsSync(node)) throw new RasshostError('RASSHOST_E_OPTION', `--node: no file ${node}`);
  const { dll, worker } = packageFiles(PACKAGE_ROOT);
  refuseForeignDll();
  refuseMitigation();

  const log = options.log && resolve(options.log);
  refuseForeignWriters([dll, node, worker, policy, ...(log ? [log] : [])], options.trustWriter);
  const tapeDirectory = options.tapeDirectory && resolve(options.tapeDirectory);
  settingValues({ ...options, policy, node, log, tapeDirectory }, worker).forEach(setRegistryValue);
  for (const name of takenBack(options)) deleteRegistryValue(SETTINGS_KEY, name);
  setRegistryValue({ key: EVENT_SOURCE_KEY, name: 'EventMessageFile', data: dll });
  setRegistryValue({ key: EVENT_SOURCE_KEY, name: 'TypesSupported', data: EVERY_EVENT_TYPE });
  setRegistryValue({ key: SECURITY_HOST_KEY, name: 'DLLPath', data: dll });
  return dll;
}

/**
 * Takes the registration back, DLLPath first. Nothing registered is as good.
 *
 * @throws RasshostError RASSHOST_E_REGISTERED, RASSHOST_E_REGISTRY
 */
export function unregisterHere(): void {
  refuseForeignDll();
  deleteRegistryValue(SECURITY_HOST_KEY, 'DLLPath');
  for (const name of [...SETTING_VALUES, RELOAD_REQUEST]) deleteRegistryValue(SETTINGS_KEY, name);
  deleteRegistryKey(EVENT_SOURCE_KEY);
}

/**
 * Makes the security DLL start a worker with the settings and the policy as they are now.
 *
 * @returns whether there is a RAS server that has loaded the security DLL; else nothing was done
 * @throws RasshostError RASSHOST_E_OPTION when no policy is registered, RASSHOST_E_REGISTRY
 */
export function requestReload(): boolean {
  if (registryText(SETTINGS_KEY, 'PolicyPath') === undefined) {
    throw new RasshostError(
      'RASSHOST_E_OPTION',
      'no policy is registered on this machine: call rasshost register first',
    );
  }
  const registered = registryText(SECURITY_HOST_KEY, 'DLLPath');
  // Without one it is the emulator that has been told which DLL to load.
  if (!isLoaded(registered || packageFiles(PACKAGE_ROOT).dll)) return false;
  setRegistryValue(reloadRequest());
  return true;
}

/** A server has one security DLL at most: another vendor's is not ours to replace or remove. */
function refuseForeignDll(): void {
  const registered = registryText(SECURITY_HOST_KEY, 'DLLPath');
  if (registered === undefined || registered === '') return;
  if (win32.basename(registered).toLowerCase() === 'rasshost.dll') return;
  const problem =
    `DLLPath names ${registered}, and RAS loads one security DLL only: uninstall that one first. ` +
    'Nothing was changed';
  throw new RasshostError('RASSHOST_E_REGISTERED', problem);
}

/** The RAS service would not start with a security DLL that its process may not load. */
function refuseMitigation(): void {
  if (registryBytes(SERVICE_CONTROL_KEY, MITIGATION)?.some((byte) => byte !== 0) !== true) return;
  const value = `HKEY_LOCAL_MACHINE\\${SERVICE_CONTROL_KEY}\\${MITIGATION}`;
  throw new RasshostError(
    'RASSHOST_E_MACHINE',
    `${value} is set: services then load only what Microsoft has signed, so RemoteAccess would not ` +
      'start. Nothing is registered',
  );
}

/** Whoever may change one of the files, or put another in its place, decides who gets in. */
function refuseForeignWriters(files: readonly string[], trusted: readonly string[] = []): void {
  const writers = foreignWriters(checkedPaths(files), [ownSid(), ...trusted]);
  if (writers.length === 0) return;
  const remedy = 'move it to where only administrators may write, such as below C:\\Program Files';
  throw new RasshostError(
    'RASSHOST_E_MACHINE',
    [...writers, `nothing is registered: ${remedy}`].join('\n'),
  );
}
