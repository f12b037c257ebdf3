import type { ReadStream } from 'node:tty';
import type { CallerLine } from './caller-line';

/** Ctrl-], as telnet has it: every other key is for the policy. */
const HANG_UP_KEY = '\x1d';

/**
 * Puts whoever sits at a terminal on the line as the caller: every key goes to the policy as it is
 * typed, and nothing is echoed here. When the line is closed, the terminal is as before.
 */
export async function callFromTerminal(terminal: ReadStream, line: CallerLine): Promise<void> {
  await withRawKeys(terminal, line.closed, (keys) => {
    if (keys.includes(HANG_UP_KEY)) line.hangUp();
    else line.type(keys);
  });
}

/** Waits for Enter (true), the key that hangs up or `stop` (false). */
export async function wantsAnotherCall(terminal: ReadStream, stop: AbortSignal): Promise<boolean> {
  if (stop.aborted) return false;
  let decide!: (another: boolean) => void;
  const decision = new Promise<boolean>((resolve) => {
    decide = resolve;
  });
  stop.addEventListener('abort', () => decide(false), { once: true });
  await withRawKeys(terminal, decision, (keys) => {
    if (keys.includes(HANG_UP_KEY)) decide(false);
    else if (/[\r\n]/.test(keys)) decide(true);
  });
  return decision;
}

async function withRawKeys(
  terminal: ReadStream,
  until: Promise<unknown>,
  onKeys: (keys: string) => void,
): Promise<void> {
  const onData = (keys: Buffer | string): void =>
    onKeys(typeof keys === 'string' ? keys : keys.toString('latin1'));
  terminal.setRawMode(true).on('data', onData).resume();
  try {
    await until;
  } finally {
    terminal.off('data', onData).setRawMode(false).pause();
  }
}
