import { constants } from 'node:os';
import { RasshostError, type RasshostErrorCode } from '../errors';
import { ERROR_PORT_DISCONNECTED } from '../rasman/codes';

/**
 * What a command tells the program that has called it. docs/cli.md has the same table; a test
 * compares the two, and sees each code once.
 */
export const EXIT_CODES = {
  /** Done; and where something was asked, the answer is yes. */
  yes: 0,
  /** The answer is no. */
  no: 1,
  /** The command line is not understood, or asks for what can't be. */
  usage: 2,
  /** What was tried is at fault: a policy that ends in an ERROR, a DLL that breaks the contract. */
  fault: 3,
  /** The caller hung up before there was an answer. */
  hungUp: 4,
  /** Something else went wrong, which is named on stderr. */
  failed: 5,
  /** The policy does not load. */
  policy: 6,
} as const;

/** A call that is over. */
interface CallOutcome {
  readonly outcome: string;
  readonly dwError: number;
}

const POLICY_ERRORS: readonly RasshostErrorCode[] = [
  'RASSHOST_E_POLICY_NOT_FOUND',
  'RASSHOST_E_POLICY_LOAD',
  'RASSHOST_E_POLICY_HANGS',
  'RASSHOST_E_POLICY_INVALID',
];

/** @param stop - whose reason is the signal that has stopped the command, if one has */
export function exitCodeOf(error: unknown, stop: AbortSignal): number {
  if (!(error instanceof RasshostError)) return EXIT_CODES.failed;
  if (error.code === 'RASSHOST_E_STOPPED') return signalCode(stop.reason);
  if (error.code === 'RASSHOST_E_OPTION') return EXIT_CODES.usage;
  if (error.code === 'RASSHOST_E_SELF_CHECK') return EXIT_CODES.no;
  return POLICY_ERRORS.includes(error.code) ? EXIT_CODES.policy : EXIT_CODES.failed;
}

/** How a call has ended, as a RAS server records it. */
export function outcomeCode({ outcome, dwError }: CallOutcome): number {
  // A policy that learns of a hang-up before the RAS server ends the call answers with an error.
  if (outcome === 'ended' || dwError === ERROR_PORT_DISCONNECTED) return EXIT_CODES.hungUp;
  if (outcome === 'success') return EXIT_CODES.yes;
  return outcome === 'failure' ? EXIT_CODES.no : EXIT_CODES.fault;
}

/** What the exit code of ras-server.exe (docs/emulator.md) is in ours. */
export function exitCodeOfEmulator(code: number): number {
  const { yes, usage, fault, failed } = EXIT_CODES;
  return [yes, usage, fault].find((same) => same === code) ?? failed;
}

/** As shells have it. A command that was stopped without a signal is as if by Ctrl-C. */
export function signalCode(signal: unknown): number {
  const { signals } = constants;
  return 128 + (typeof signal === 'string' ? signals[signal as NodeJS.Signals] : signals.SIGINT);
}
