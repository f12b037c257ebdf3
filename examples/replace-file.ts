import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** Windows replaces no file that somebody has open at that moment. */
const IN_USE = ['EPERM', 'EACCES', 'EBUSY'];
const MOST_TRIES = 20;
const PAUSE_MS = 50;

/**
 * Replaces a file as a whole. Whoever reads it gets what was there before or what is there now,
 * never a part of either, also when this process ends in the middle of it.
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  // In the same directory: from another drive it would be copied, and not renamed.
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await fs.writeFile(temporary, content, { flag: 'wx', flush: true });
    await rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}

async function rename(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await fs.rename(from, to);
      return;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!IN_USE.includes(code) || tries === MOST_TRIES) throw error;
      await wait(PAUSE_MS);
    }
  }
}
