import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RasshostError } from '../errors';
import { PACKAGE_ROOT } from './package-copy';
import { runProgram } from './run-program';

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
 * - `node_modules/`: node.exe and the Windows builds of our dependencies (windows/package.json)
 * - `versions/`: copies of this package
 */
export interface WineHome {
  readonly directory: string;
  readonly programs: WinePrograms;
}

/** Part of the home's name: change it when the layout above changes. */
const LAYOUT = '1';

const MANIFESTS = ['package.json', 'package-lock.json'] as const;

/** The environment for a Windows program in the given prefix. */
export function wineEnvironment(prefix: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    WINEPREFIX: prefix,
    WINEDEBUG: process.env['WINEDEBUG'] ?? '-all',
    // No offers to install Mono or Gecko, and a crash is one line instead of a debugger session.
    WINEDLLOVERRIDES: 'mscoree,mshtml=;winedbg.exe=d',
    // Meant for this process's Node.js, with paths of this system.
    NODE_OPTIONS: undefined,
    NODE_PATH: undefined,
    NODE_V8_COVERAGE: undefined,
  };
}

/**
 * Returns the home, made first when it is not there yet (once, about half a minute). It lies in
 * `$RASSHOST_WINE_HOME`, or in `$XDG_CACHE_HOME/rasshost`, or in `~/.cache/rasshost`.
 *
 * @throws RasshostError RASSHOST_E_WINE when Wine or npm is missing or fails
 */
export async function ensureWineHome(progress: (line: string) => void): Promise<WineHome> {
  const programs = findWine();
  const root =
    process.env['RASSHOST_WINE_HOME'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rasshost');
  const directory = join(root, keyOf(programs));
  if (!existsSync(directory)) {
    mkdirSync(root, { recursive: true });
    await withLock(`${directory}.lock`, async () => {
      if (!existsSync(directory)) await createHome(directory, programs, progress);
    });
  }
  return { directory, programs };
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

/** Such as `wine-8.0 (Debian 8.0~repack-4)`. */
export function wineVersion({ wine: [command, ...args] }: WinePrograms): string {
  return execFileSync(command, [...args, '--version'], { encoding: 'utf8' }).trim();
}

function keyOf(programs: WinePrograms): string {
  const hash = createHash('sha256').update(LAYOUT);
  hash.update(wineVersion(programs));
  for (const name of MANIFESTS) hash.update(readFileSync(join(PACKAGE_ROOT, 'windows', name)));
  return hash.digest('hex').slice(0, 12);
}

async function createHome(
  directory: string,
  programs: WinePrograms,
  progress: (line: string) => void,
): Promise<void> {
  const staging = `${directory}.${process.pid}`;
  await rm(staging, { recursive: true, force: true });
  mkdirSync(staging);
  const run = async (
    what: string,
    [program, ...args]: readonly [string, ...string[]],
    env = process.env,
  ) => {
    const { code, stdout, stderr } = await runProgram(program, args, { cwd: staging, env }).catch(
      (cause: unknown) => {
        throw new RasshostError('RASSHOST_E_WINE', `${program} could not be started`, { cause });
      },
    );
    if (code === 0) return;
    throw new RasshostError('RASSHOST_E_WINE', `${what}: exit code ${code}\n${stdout}${stderr}`);
  };
  try {
    progress('fetching node.exe and other Windows packages with npm (once)');
    for (const name of MANIFESTS) {
      copyFileSync(join(PACKAGE_ROOT, 'windows', name), join(staging, name));
    }
    await run('npm ci', ['npm', 'ci', '--os=win32', '--cpu=x64', '--ignore-scripts']);

    progress('creating a Wine prefix in Windows 10 mode (once, about 20 seconds)');
    const prefix = join(staging, 'prefix');
    const env = wineEnvironment(prefix);
    await run('wineboot', [...programs.wine, 'wineboot.exe', '--init'], env);
    await run('winecfg', [...programs.wine, 'winecfg.exe', '-v', 'win10'], env);
    await run('wineserver', [programs.wineserver, '--kill'], env);
    await run('wineserver', [programs.wineserver, '--wait'], env);
    await exclusively(() => rename(staging, directory));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Runs `action` while no other process is inside it. The lock names its owner, so that one whose
 * owner has died is taken over. Should two take it over at once, createHome still loses nothing.
 */
async function withLock(path: string, action: () => Promise<void>): Promise<void> {
  const mine = `${path}.${process.pid}`;
  await writeFile(mine, String(process.pid));
  try {
    while (!(await exclusively(() => link(mine, path)))) {
      if (!lives(Number(await readFile(path, 'utf8').catch(() => process.pid)))) await rm(path);
      await delay(200);
    }
    try {
      await action();
    } finally {
      await rm(path, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** Whether `create` made something; false when it was there already. */
async function exclusively(create: () => Promise<void>): Promise<boolean> {
  try {
    await create();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOTEMPTY') return false;
    throw error;
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
