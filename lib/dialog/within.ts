import type { Clock } from '../time/clock';
import { orAborted } from './turns';

/**
 * What an action results in, if it ends in time. What it does after that is dropped.
 *
 * @param action - gets a signal that is aborted when its time is over
 * @throws Error when its time is over
 */
export async function within<T>(
  clock: Clock,
  seconds: number,
  action: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const bound = new AbortController();
  const cancel = clock.after(seconds * 1000, () => {
    bound.abort(new Error(`no end within ${seconds} s`));
  });
  try {
    // Async, so that what it throws before its first await is a rejection as well.
    return await orAborted((async () => action(bound.signal))(), bound.signal);
  } finally {
    cancel();
  }
}
