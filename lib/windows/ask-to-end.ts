import type { ChildProcess } from 'node:child_process';

/** A program takes no notice before it has begun to listen, so it is asked more than once. */
const ASK_MS = 100;

/** How long a program may take to end in order. */
const PATIENCE_MS = 10_000;

/**
 * Asks a program to end as Ctrl-C does (Wine makes that event of a SIGINT), and kills it when it
 * does not. A program that is killed while it starts another one may leave that behind, suspended
 * for ever: nobody is left who would let it go on.
 */
export function askToEnd(child: ChildProcess): void {
  const asking = setInterval(() => child.kill('SIGINT'), ASK_MS);
  const killing = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  child.once('exit', () => {
    clearInterval(asking);
    clearTimeout(killing);
  });
  child.kill('SIGINT');
}
