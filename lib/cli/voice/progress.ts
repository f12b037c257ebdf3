import type { Clock } from '../../time/clock';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

/**
 * Shows that a step goes on: a sign that moves, what is being done, and the seconds so far.
 *
 * @param show - called at once, and again whenever the line has changed
 * @returns what ends it
 */
export function showProgress(step: string, clock: Clock, show: (line: string) => void): () => void {
  const begun = clock.now();
  let frame = 0;
  let cancel = (): void => undefined;
  const tick = (): void => {
    const seconds = Math.floor((clock.now() - begun) / 1000);
    const sign = FRAMES[frame++ % FRAMES.length] ?? '';
    show(`${sign} ${step}${seconds > 0 ? ` ${seconds} s` : ''}`);
    cancel = clock.after(FRAME_MS, tick);
  };
  tick();
  return () => cancel();
}
