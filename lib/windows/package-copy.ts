import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RasshostError } from '../errors';
import { PACKAGE_ROOT } from '../package/root';

/** Where prebuildify puts the Windows binaries, within a package. */
export const PREBUILD = join('prebuilds', 'win32-x64');

/** For messages about a file of the package that is not there. */
export const HOW_TO_GET_BINARIES =
  'build them in a checkout with npm run build, and install the tarball that npm pack makes there';

/** What Windows programs need of this package: a part of what is published. */
const PARTS = ['package.json', 'dist', PREBUILD];

const UNUSED_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Copies the package to `versions/<hash of its content>/node_modules/rasshost`, unless it is there
 * already, and returns that directory. A version is never changed once it is there, so programs
 * that run from it are not disturbed by the next build. Versions unused for a day are removed.
 */
export async function copyPackage(versions: string, root = PACKAGE_ROOT): Promise<string> {
  const version = join(versions, await hashOf(root));
  const copy = join(version, 'node_modules', 'rasshost');
  const now = new Date();
  await mkdir(versions, { recursive: true });
  const known = await utimes(version, now, now).then(
    () => true,
    () => false,
  );
  if (known) return copy;

  const staging = await mkdtemp(`${version}.`);
  for (const part of PARTS) {
    const target = join(staging, 'node_modules', 'rasshost', part);
    await mkdir(dirname(target), { recursive: true });
    await cp(join(root, part), target, { recursive: true });
  }
  // Another process may have been faster with the same content.
  await rename(staging, version).catch(() => rm(staging, { recursive: true }));
  await removeUnused(versions, now);
  return copy;
}

async function hashOf(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const part of PARTS) {
    const path = join(root, part);
    const stats = await stat(path).catch((cause: unknown) => {
      const problem = `${path} is missing: ${HOW_TO_GET_BINARIES}`;
      throw new RasshostError('RASSHOST_E_NATIVE_NOT_FOUND', problem, { cause });
    });
    const files = stats.isDirectory()
      ? (await readdir(path, { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
      : [path];
    for (const file of files) {
      const content = await readFile(file);
      hash.update(`${file.slice(root.length)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function removeUnused(versions: string, now: Date): Promise<void> {
  for (const name of await readdir(versions)) {
    const version = join(versions, name);
    const used = await stat(version).then(
      (stats) => stats.mtimeMs,
      () => Infinity,
    );
    if (now.getTime() - used > UNUSED_AFTER_MS) await rm(version, { recursive: true, force: true });
  }
}
