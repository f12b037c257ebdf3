import { Writable } from 'node:stream';
import type { Io } from '../../lib/cli/io';

/** Keeps what a command writes. */
export class CapturedIo implements Io {
  out = '';
  err = '';
  readonly stdout = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      this.out += chunk.toString();
      done();
    },
  });
  readonly stderr = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      this.err += chunk.toString();
      done();
    },
  });

  /** What stderr says besides steps that have taken a second, which depends on the machine. */
  get problems(): string {
    return this.err.replace(/^(loading|starting|running|stopping|checking|asking)( .*)?\n/gm, '');
  }
}

/**
 * What stderr says when all is well: what is being started, and of the security DLL's log workers
 * that are ready, and verdicts.
 */
export const NOTHING_WRONG =
  /^(((loading|starting|running|stopping)( .*)?|\S+ rasshost: (worker ready: it (takes the calls|stands by)|event 100[01] dialog \d+ .*))\r?\n)*$/;
