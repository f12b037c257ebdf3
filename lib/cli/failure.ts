import { types } from 'node:util';
import { describe } from '../dialog/describe';
import { RasshostError } from '../errors';

/** The one style in which every command says why it has failed. */
export function failureLine(error: unknown): string {
  return `rasshost: ${isExplained(error) ? error.message : describe(error)}\n`;
}

/** The same for what commander says of a command line that it does not understand. */
export function usageLine(text: string): string {
  return text.replace(/^error: /, 'rasshost: RASSHOST_E_OPTION: ');
}

/** Whether the message is for users: what we say, and what the system says, with its name for it. */
function isExplained(error: unknown): error is Error {
  return error instanceof RasshostError || (types.isNativeError(error) && 'syscall' in error);
}
