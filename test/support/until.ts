import { setTimeout as delay } from 'node:timers/promises';

/**
 * So long may pass without any progress towards what must happen: never a bound on the whole, which
 * depends on what else the machine has to do.
 */
export const PATIENCE_MS = 60_000;

/**
 * Returns what `done` returns, as soon as that is something. Whenever `progress` returns something
 * else than before, there is as much time left as there was at the beginning.
 */
export async function until<T>(
  what: string | (() => string),
  done: () => T | false | undefined | Promise<T | false | undefined>,
  progress: () => unknown = () => undefined,
): Promise<T> {
  let seen: unknown;
  let since = Date.now();
  for (let look = 0; ; look += 1) {
    const result = await done();
    if (result !== false && result !== undefined) return result;
    const now = progress();
    if (now !== seen) since = Date.now();
    seen = now;
    if (Date.now() - since > PATIENCE_MS) {
      throw new Error(`waited in vain for ${typeof what === 'string' ? what : what()}`);
    }
    // Less and less often, because a look costs a processor something, too.
    await delay(Math.min(5 + look / 20, 50));
  }
}
