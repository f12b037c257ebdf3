import { constants } from 'node:os';
import type { RasshostErrorCode } from '../errors';

/**
 * What a command tells the program that has called it; docs/cli.md has the same table. A command
 * that has another answer than yes and no has codes of its own besides: simulate, emulate.
 */
export const EXIT_CODES = {
  /** Done; and where something was asked, the answer is yes. */
  yes: 0,
  /** The answer is no. */
  no: 1,
  /** The command line is not understood, or asks for what does not go together. */
  usage: 2,
  /** Something went wrong, which is named on stderr. */
  failed: 5,
  /** The policy does not load. */
  policy: 6,
} as const;

const POLICY_ERRORS: readonly RasshostErrorCode[] = [
  'RASSHOST_E_POLICY_NOT_FOUND',
  'RASSHOST_E_POLICY_LOAD',
  'RASSHOST_E_POLICY_HANGS',
  'RASSHOST_E_POLICY_INVALID',
];

/** @param stop - whose reason is the signal that has stopped the command, if one has */
export function exitCodeOf(error: RasshostErrorCode, stop: AbortSignal): number {
  if (error === 'RASSHOST_E_STOPPED') return signalCode(stop.reason);
  if (error === 'RASSHOST_E_OPTION') return EXIT_CODES.usage;
  return POLICY_ERRORS.includes(error) ? EXIT_CODES.policy : EXIT_CODES.failed;
}

/** As shells have it. A command that was stopped without a signal is as if by Ctrl-C. */
export function signalCode(signal: unknown): number {
  const { signals } = constants;
  return 128 + (typeof signal === 'string' ? signals[signal as NodeJS.Signals] : signals.SIGINT);
}
