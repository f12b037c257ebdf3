import { RasshostError } from '../errors';

/** How long a policy may take to load, in seconds, unless an option says otherwise. */
export const LOAD_SECONDS = 10;

/** What ends the loading of a policy. */
export interface LoadBounds {
  /** Default {@link LOAD_SECONDS}. */
  readonly loadSeconds?: number | undefined;
  /** Aborted when the user has had enough. */
  readonly stop?: AbortSignal | undefined;
}

/** Calls `end` when so many seconds are over, or when `stop` is aborted. Returns how not to. */
export function whenReached(
  seconds: number,
  stop: AbortSignal | undefined,
  end: (reason: 'late' | 'stopped') => void,
): () => void {
  const onStop = (): void => end('stopped');
  const timer = setTimeout(() => end('late'), seconds * 1000);
  stop?.addEventListener('abort', onStop);
  if (stop?.aborted === true) onStop();
  return () => {
    clearTimeout(timer);
    stop?.removeEventListener('abort', onStop);
  };
}

export function hangs(path: string, seconds: number): RasshostError {
  const problem = `${path} has not finished loading within ${seconds} s`;
  return new RasshostError('RASSHOST_E_POLICY_HANGS', problem);
}

export function stopped(path: string): RasshostError {
  return new RasshostError('RASSHOST_E_STOPPED', `stopped while ${path} was loading`);
}
