import type { RasshostErrorCode } from '../errors';

/** What the process that tries to load a policy tells the one that has started it. */
export type LoadReport<T> =
  | { readonly step: 'loaded' }
  /** What was to be done with the policy is done, too. */
  | { readonly step: 'done'; readonly result: T }
  | { readonly step: 'failed'; readonly code: RasshostErrorCode; readonly detail: string };
