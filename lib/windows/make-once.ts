import { existsSync, mkdirSync } from 'node:fs';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Makes `directory` unless it is there already, whoever else wants it at the same time. `fill` gets
 * another directory to work in, which gets the name only when it is complete.
 *
 * @param stop - ends the wait for somebody else who is at it, with its reason
 */
export async function makeOnce(
  directory: string,
  fill: (staging: string) => Promise<void>,
  stop?: AbortSignal,
): Promise<void> {
  if (existsSync(directory)) return;
  mkdirSync(dirname(directory), { recursive: true });
  await withLock(
    `${directory}.lock`,
    async () => {
      if (existsSync(directory)) return;
      await removeLeftovers(directory);
      const staging = `${directory}.${process.pid}`;
      await rm(staging, { recursive: true, force: true });
      mkdirSync(staging);
      try {
        await fill(staging);
        await exclusively(() => rename(staging, directory));
      } finally {
        await rm(staging, { recursive: true, force: true });
      }
    },
    stop,
  );
}

/** Removes what killed processes were filling. */
async function removeLeftovers(directory: string): Promise<void> {
  const prefix = `${basename(directory)}.`;
  for (const name of await readdir(dirname(directory))) {
    const owner = name.startsWith(prefix) ? name.slice(prefix.length) : '';
    if (!/^\d+$/.test(owner) || lives(Number(owner))) continue;
    await rm(join(dirname(directory), name), { recursive: true, force: true });
  }
}

/**
 * Runs `action` while no other process is inside it. The lock names its owner, so that one whose
 * owner has died is taken over. Should two take it over at once, makeOnce still loses nothing.
 */
async function withLock(
  path: string,
  action: () => Promise<void>,
  stop: AbortSignal | undefined,
): Promise<void> {
  const mine = `${path}.${process.pid}`;
  await writeFile(mine, String(process.pid));
  try {
    while (!(await exclusively(() => link(mine, path)))) {
      stop?.throwIfAborted();
      if (!lives(Number(await readFile(path, 'utf8').catch(() => process.pid))))
        await rm(path, { force: true });
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
