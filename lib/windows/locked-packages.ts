import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSetUp } from './run-program';

const MANIFESTS = ['package.json', 'package-lock.json'];

/** Tells what a folder with a package.json and its lock file installs from anything else. */
export function lockedHash(folder: string): string {
  const hash = createHash('sha256');
  for (const name of MANIFESTS) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}

/**
 * Installs the packages that the lock file of `folder` has into `directory`, also those that say
 * they are for another system: that is what `--force` is for, which every npm understands, where
 * npm 9 and older have no `--os`. The optional packages are those of all other systems.
 *
 * @param stop - ends npm, which then has failed
 * @throws RasshostError RASSHOST_E_WINE when npm is missing or fails
 */
export async function installLocked(
  folder: string,
  directory: string,
  stop?: AbortSignal,
): Promise<void> {
  for (const name of MANIFESTS) copyFileSync(join(folder, name), join(directory, name));
  const flags = ['--force', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
  await runSetUp('npm ci', ['npm', 'ci', ...flags], {
    cwd: directory,
    env: process.env,
    stop,
  });
}
