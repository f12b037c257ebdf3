import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RasshostError } from '../errors';
import { askToEnd } from './ask-to-end';
import { copyPackage } from './package-copy';
import { regFile } from './registry-value';
import { runProgram } from './run-program';
import { ensureWineHome, removeServerDirectory, wineEnvironment, type WineHome } from './wine-home';
import type { WindowsHost, WindowsHostOptions } from './windows-host';

/** A Windows path with a drive letter, or `\\server\share`, `\\.\device`. */
const WINDOWS_PATH = /^([a-z]:[\\/]|\\\\)/i;

/** Windows programs through Wine, each host with a prefix of its own unless one is named. */
export async function openWineHost(options: WindowsHostOptions = {}): Promise<WindowsHost> {
  const { progress = () => {}, stop } = options;
  const home = await ensureWineHome(progress, stop);
  const packageDirectory = await copyPackage(join(home.directory, 'versions'));
  const temporary = options.winePrefix === undefined;
  const prefix = options.winePrefix
    ? resolve(options.winePrefix)
    : await mkdtemp(join(tmpdir(), 'rasshost-prefix-'));
  const {
    wine: [wine, ...wineArgs],
    wineserver,
  } = home.programs;
  const env = wineEnvironment(prefix);
  const running = new Set<ChildProcess>();
  const host: WindowsHost = {
    node: toWindows(home.node),
    packageDirectory,
    ownRegistry: temporary,
    toWindows,
    exists: (path) => existsSync(toLocal(path, prefix)),
    spawn: (program, args, { stdio = 'pipe', env: more = {} } = {}) => {
      // Detached: Ctrl-C in the terminal is for us, who then end the program in order.
      const child = spawn(wine, [...wineArgs, programToWindows(program), ...args], {
        stdio,
        env: { ...env, ...more },
        detached: true,
      });
      if (child.pid !== undefined) running.add(child);
      child.once('exit', () => running.delete(child));
      return child;
    },
    run: (program, args, { env: more = {}, ...options } = {}) =>
      runProgram(wine, [...wineArgs, programToWindows(program), ...args], {
        env: { ...env, ...more },
        end: askToEnd,
        ...options,
      }),
    setRegistry: async (values) => {
      // Several may write at the same time.
      const file = join(prefix, `rasshost-${randomUUID()}.reg`);
      await writeFile(file, `\ufeff${regFile(values)}`, 'utf16le');
      const { code, stdout, stderr } = await host
        .run('reg.exe', ['import', toWindows(file)])
        .finally(() => rm(file, { force: true }));
      if (code !== 0) throw new RasshostError('RASSHOST_E_WINE', `reg import: ${stdout}${stderr}`);
    },
    close: async () => {
      if (!temporary) return;
      // A program that is only just starting would start a wineserver of its own after the kill.
      const exits = [...running].map((child) => once(child, 'exit'));
      for (const child of running) child.kill('SIGKILL');
      await Promise.all(exits);
      await runProgram(wineserver, ['--kill'], { env });
      await runProgram(wineserver, ['--wait'], { env });
      await removeServerDirectory(prefix);
      await rm(prefix, { recursive: true, force: true });
    },
  };
  try {
    await derivePrefix(home, prefix);
    // The first program starts Wine's services, which inherit its output and outlive it: so that
    // must not be a program whose pipes somebody waits for.
    const { code, stderr } = await host.run('cmd.exe', ['/c', 'exit'], { ...(stop && { stop }) });
    if (code !== 0)
      throw new RasshostError(
        'RASSHOST_E_WINE',
        `Wine does not start (exit code ${code}): ${stderr}`,
      );
  } catch (error) {
    await host.close();
    throw error;
  }
  return host;
}

/** A bare name is left for Windows to search. */
function programToWindows(program: string): string {
  return program.includes('/') ? toWindows(program) : program;
}

/** Wine shows the whole file system of this machine as drive Z. */
function toWindows(path: string): string {
  if (WINDOWS_PATH.test(path)) return path;
  return `Z:${resolve(path).replaceAll('/', '\\')}`;
}

/** The other direction, through the prefix's links from drive letters to directories. */
function toLocal(path: string, prefix: string): string {
  if (!WINDOWS_PATH.test(path)) return path;
  const drive = path.slice(0, 2).toLowerCase();
  return join(prefix, 'dosdevices', drive, path.slice(2).replaceAll('\\', '/'));
}

/**
 * Makes a prefix with a registry of its own; drive C is the home's, through a link. That takes
 * milliseconds where a copy of the whole prefix would be 700 MB. An existing prefix is left alone.
 */
async function derivePrefix(home: WineHome, prefix: string): Promise<void> {
  const devices = join(prefix, 'dosdevices');
  const exists = await stat(devices).then(
    () => true,
    () => false,
  );
  if (exists) return;
  const template = join(home.directory, 'prefix');
  await mkdir(prefix, { recursive: true });
  for (const name of ['system.reg', 'user.reg', 'userdef.reg', '.update-timestamp']) {
    await cp(join(template, name), join(prefix, name), { preserveTimestamps: true });
  }
  await symlink(join(template, 'drive_c'), join(prefix, 'drive_c'));
  await mkdir(devices);
  await symlink('../drive_c', join(devices, 'c:'));
  await symlink('/', join(devices, 'z:'));
}
