import { resolve } from 'node:path';
import { hangs, LOAD_SECONDS, stopped, whenReached, type LoadBounds } from './load-bounds';
import { reloadPolicy, type LoadedPolicy } from './load-policy';
import { tryLoad } from './try-load';

/**
 * Loads a policy into this very process, for commands whose callers it serves here. It is tried in
 * a process of its own first, because nothing can end a policy that loops in this one; what that
 * costs is that the policy's file runs twice. The second time, too, what it awaits is bounded.
 *
 * @param outdated - files of a load before, which are forgotten
 * @throws {@link RasshostError} as tryLoad
 */
export async function loadHere(
  file: string,
  bounds: LoadBounds,
  outdated: readonly string[] = [],
): Promise<LoadedPolicy> {
  await tryLoad(file, bounds);
  const { loadSeconds = LOAD_SECONDS, stop } = bounds;
  const path = resolve(file);
  let release: (() => void) | undefined;
  const reached = new Promise<never>((_, reject) => {
    release = whenReached(loadSeconds, stop, (reason) =>
      reject(reason === 'late' ? hangs(path, loadSeconds) : stopped(path)),
    );
  });
  try {
    return await Promise.race([reloadPolicy(file, outdated), reached]);
  } finally {
    release?.();
  }
}
