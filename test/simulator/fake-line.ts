import { CallerLine } from '../../lib/simulator/caller-line';

/** A line without a server: keeps what is typed, and shows what it is told to. */
export class FakeLine extends CallerLine {
  typed = '';
  hungUp = false;
  readonly closed: Promise<void>;
  close!: () => void;

  constructor() {
    super();
    this.closed = new Promise((resolve) => {
      this.close = resolve;
    });
  }

  type(text: string): void {
    this.typed += text;
  }

  hangUp(): void {
    this.hungUp = true;
    this.close();
  }

  comes(text: string): void {
    this.show(text);
  }
}
