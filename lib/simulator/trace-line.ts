import { rasErrorName } from '../rasman/codes';

/**
 * What a RAS server has recorded: a line of the emulator's trace (docs/emulator.md), or of the
 * simulator's, which has a part of those lines and more of its own (docs/simulator.md).
 */
export interface TraceLine {
  /** Microseconds since the server's start. */
  readonly t?: number;
  readonly port?: number;
  /** A function of rasshost.h has been called, with the result if that is known at once. */
  readonly call?: string;
  /** A call into the security DLL has returned, with {@link result}. */
  readonly return?: string;
  readonly result?: number;
  /** How a Receive has ended. */
  readonly receive?: string;
  /** The policy's side of it, as ToldEvent says; `why` it got no answer. */
  readonly dialog?: string;
  readonly why?: string;
  readonly violation?: string;
  readonly detail?: string;
  /** How a call has ended. */
  readonly outcome?: string;
  readonly userName?: string;
  readonly domain?: string;
  readonly dwError?: number;
  readonly [argument: string]: unknown;
}

/** What {@link describeLine} does not repeat. */
const NOT_ARGUMENTS = ['t', 'port', 'hPort', 'thread', 'call', 'receive', 'result'];

/** A rule that was broken, in one line. */
export function describeViolation({ violation, detail = '' }: TraceLine): string {
  return `contract violation ${violation}: ${detail}`;
}

/** One line of text about a call, or the end of a Receive: when, what, result, arguments. */
export function describeLine(line: TraceLine, result = line.result): string {
  const at = line.t === undefined ? '' : `${(line.t / 1000).toFixed(1).padStart(8)} ms  `;
  const what = line.call ?? (line.receive === undefined ? '' : `  receive ${line.receive}`);
  const returned = result === undefined ? '' : `${result} ${rasErrorName(result)}`;
  const values = Object.entries(line)
    .filter(([name]) => !NOT_ARGUMENTS.includes(name))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(' ');
  return `${at}${what.padEnd(25)} ${returned.padEnd(27)} ${values}`.trimEnd();
}
