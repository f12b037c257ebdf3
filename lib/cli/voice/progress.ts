import type { Clock } from '../../time/clock';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

/** A step that takes a while: a sign that moves, what is being done, and the seconds so far. */
export class Progress {
  readonly #clock: Clock;
  readonly #show: (line: string) => void;
  readonly #begun: number;
  readonly #step: string;
  #frame = 0;
  #cancel = (): void => undefined;

  /** @param show - called at once, and again whenever the line has changed, until {@link end} */
  constructor(step: string, clock: Clock, show: (line: string) => void) {
    this.#step = step;
    this.#clock = clock;
    this.#show = show;
    this.#begun = clock.now();
    this.#tick();
  }

  end(): void {
    this.#cancel();
  }

  #tick(): void {
    const seconds = Math.floor((this.#clock.now() - this.#begun) / 1000);
    const sign = FRAMES[this.#frame++ % FRAMES.length] ?? '';
    this.#show(`${sign} ${this.#step}${seconds > 0 ? ` ${seconds} s` : ''}`);
    this.#cancel = this.#clock.after(FRAME_MS, () => this.#tick());
  }
}
