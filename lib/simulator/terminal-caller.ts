import type { ReadStream } from 'node:tty';
import type { CodePage } from '../dialog/code-page';
import type { CallerLine } from './caller-line';
import { TypedKeys } from './terminal-text';

/** Ctrl-], as telnet has it: every other key is for the policy. */
const HANG_UP_KEY = '\x1d';

/** What whoever sits there is told of it. */
export const YOU_CALL = 'you: every key goes to the policy, Ctrl-] hangs up';

/** How somebody at a terminal is the caller. */
export interface TerminalCallerOptions {
  /** What the policy speaks. */
  readonly codePage: CodePage;
  /** Told that a key was pressed which the code page lacks; nothing was typed. */
  readonly onLacking: () => void;
}

/**
 * Puts whoever sits at a terminal on the line as the caller: every key goes to the policy as it is
 * typed, and nothing is echoed here. When the line is closed, the terminal is as before.
 */
export async function callFromTerminal(
  terminal: ReadStream,
  line: Pick<CallerLine, 'closed' | 'type' | 'hangUp'>,
  { codePage, onLacking }: TerminalCallerOptions,
): Promise<void> {
  const keys = new TypedKeys(codePage);
  await withRawKeys(terminal, line.closed, (typed) => {
    const { bytes, lacks } = keys.take(typed);
    if (bytes.includes(HANG_UP_KEY)) line.hangUp();
    else line.type(bytes);
    if (lacks) onLacking();
  });
}

/** What is asked for by a key of a terminal that is on no line. */
export type Wish = 'again' | 'repeat' | 'reload' | 'quit';

const WISHES: Readonly<Record<string, Wish>> = {
  '\r': 'again',
  '\n': 'again',
  a: 'repeat',
  A: 'repeat',
  r: 'reload',
  R: 'reload',
  q: 'quit',
  Q: 'quit',
  '\x03': 'quit',
  '\x04': 'quit',
  [HANG_UP_KEY]: 'quit',
};

/** Calls `onWish` for each key that means something, until `end` settles. */
export async function listenForWishes(
  terminal: ReadStream,
  end: Promise<unknown>,
  onWish: (wish: Wish) => void,
): Promise<void> {
  await withRawKeys(terminal, end, (keys) => {
    for (const key of keys.toString('latin1')) {
      const wish = WISHES[key];
      if (wish !== undefined) onWish(wish);
    }
  });
}

async function withRawKeys(
  terminal: ReadStream,
  until: Promise<unknown>,
  onKeys: (keys: Buffer) => void,
): Promise<void> {
  const onData = (keys: Buffer | string): void => onKeys(Buffer.from(keys));
  // Whoever goes away takes the terminal along.
  const onEnd = (): void => onKeys(Buffer.from(HANG_UP_KEY));
  terminal.setRawMode(true).on('data', onData).once('end', onEnd).resume();
  try {
    await until;
  } finally {
    terminal.off('data', onData).off('end', onEnd).setRawMode(false).pause();
  }
}
