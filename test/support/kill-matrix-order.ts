/** The moments of a dialog at which something goes wrong, in the order in which they come. */
export const MOMENTS = [
  'before handshake',
  'after begin',
  'send pending',
  'receive pending',
  'byte arrived',
  'verdict sent',
  'inside Complete',
  'during hold',
  'during reload',
] as const;
export type Moment = (typeof MOMENTS)[number];

/** What goes wrong. */
export const FAULTS = [
  'worker killed',
  'worker suspended',
  'worker floods',
  'garbage frame',
  'truncated frame',
  'wrong session',
  'channel closed',
  'policy throws',
  'policy never answers',
  'event loop blocked',
  'out of memory in the worker',
  'log disk full',
  'caller hangs up',
  'RAS ends',
  'host stops',
  'service stops',
  'service leaves',
  'Rasman error',
  'receive event without data',
  'clock jump',
] as const;
export type Fault = (typeof FAULTS)[number];

/** What one dialog, or one worker that loads its policy, is to do (test/wine/policies). */
export interface Order {
  readonly moment: Moment;
  readonly fault: Fault;
  /** Of another worker's dialog. */
  readonly foreignSession: number;
}

/** What the policy leaves behind before it says SUCCESS. */
export interface Grant {
  readonly userName: string;
  /** So many lines the RAS server had traced by then: the one order of what both have done. */
  readonly traced: number;
  /** Whether the fault had come. */
  readonly struck: boolean;
}

/**
 * Files in the RAS server's directory, which the test and the policy share. An order is taken by who comes first;
 * the others are there or not.
 */
export const ORDER_FOR_LOAD = 'order-for-load.json';
export const ORDER_FOR_DIALOG = 'order-for-dialog.json';
/** The policy: the moment has come, and this is the last word before the fault. */
export const STRUCK = 'struck';
/** The policy: a worker loads, and waits for GO_ON_LOADING. */
export const LOADING = 'loading';
/** The policy, with the session's number behind: SUCCESS is the next thing that it says there. */
export const GRANTED = 'granted-';
/** The RAS server: all that it has seen. */
export const TRACE = 'trace.jsonl';
/** The test: the RAS server is done with the dialog. */
export const ENDED = 'ended';
/** The test: whatever the policy waits for has happened. */
export const GO = 'go';
export const GO_ON_LOADING = 'go-on-loading';
