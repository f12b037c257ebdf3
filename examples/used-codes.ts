import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Secret } from 'rasshost';

/**
 * The codes that have been used, a file each in a directory that all workers share. Whoever makes
 * the file has used the code, and of many who try at once the system lets one make it.
 */
export class UsedCodes {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Uses a code; false when it has been used before. What can't be written throws, so that nobody
   * is let in whose code could be used again.
   */
  async use(userName: string, code: Secret): Promise<boolean> {
    await mkdir(this.#directory, { recursive: true });
    const name = createHash('sha256').update(`${userName.toLowerCase()}\0`);
    const path = join(this.#directory, name.update(code.digest('sha256')).digest('hex'));
    try {
      // `x`: only where there is no such file yet. Flushed: also if the power fails now.
      await writeFile(path, new Date().toISOString(), { flag: 'wx', flush: true });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }
}
