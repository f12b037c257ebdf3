import type { TraceLine } from './traced-server';

const COMPLETE = 'RasSecurityDialogComplete';
const END = 'RasSecurityDialogEnd';

/** What a security DLL has called around a stop of the service, by the order of the trace. */
export interface CompletesAroundStop {
  readonly all: number;
  /** Called while the service was stopping, because an End had asked for it. */
  readonly owed: number;
  /** Called while the service was stopping, although none had. */
  readonly unasked: number;
  /** Called before the service had stopped, and back after that. */
  readonly across: number;
  /** Called after the service had stopped. */
  readonly after: number;
}

/** Of an emulator with an --arrival-gate: its trace then says when Complete was called. */
export function completesAroundStop(trace: readonly TraceLine[]): CompletesAroundStop {
  const at = (state: string) => {
    const index = trace.findIndex((line) => line['service'] === state);
    return index < 0 ? Infinity : index;
  };
  const [stopping, stopped] = [at('stop-pending'), at('stopped')];
  const count = { all: 0, owed: 0, unasked: 0, across: 0, after: 0 };
  for (const [called, { underWay, hPort, thread }] of trace.entries()) {
    if (underWay !== COMPLETE) continue;
    count.all += 1;
    if (called > stopped) {
      count.after += 1;
      continue;
    }
    const isBack = (line: TraceLine) => line.return === COMPLETE && line['thread'] === thread;
    const back = trace.findIndex((line, index) => index > called && isBack(line));
    if (back < 0 || back > stopped) count.across += 1;
    if (called < stopping) continue;
    const isAsked = trace
      .slice(0, called)
      .some((line) => line.return === END && line['hPort'] === hPort && line.result === 0);
    count[isAsked ? 'owed' : 'unasked'] += 1;
  }
  return count;
}
