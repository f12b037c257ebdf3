import { signalCode } from './exit-codes';
import type { Io } from './io';

type Main = (args: readonly string[], io: Io, stop: AbortSignal) => Promise<number>;

/** npm passes Ctrl-C on to what it runs, which has got it from the terminal already. */
const SAME_KEY_MS = 500;

/**
 * Runs the command line as a process of its own. A signal stops it in order, a second one at once.
 * When whoever reads its
 * output has gone (`rasshost … | head`), it stops in order as well, and says no more.
 */
export async function runFromShell(main: Main): Promise<never> {
  const stop = new AbortController();
  let stopped = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!stop.signal.aborted) {
        stopped = performance.now();
        stop.abort(signal);
      } else if (performance.now() - stopped > SAME_KEY_MS) {
        process.exit(signalCode(signal));
      }
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE') stop.abort('SIGPIPE');
    });
  }
  const code = await main(process.argv.slice(2), process, stop.signal);
  await Promise.all([process.stdout, process.stderr].map(written));
  // Not by itself: a policy's timers and connections would keep it.
  process.exit(stop.signal.reason === 'SIGPIPE' ? signalCode('SIGPIPE') : code);
}

/** Waits until all that was written before has been taken, if anybody takes it. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => stream.write('', () => done()));
}
