/** If so many pings in a row did not come, the DLL is silent. The DLL counts our pongs likewise. */
const MISSED_PINGS = 5;

/**
 * Notices that the security DLL has fallen silent, so that no worker outlives a RAS service that
 * hangs. Counts what did not come rather than time, which jumps when a machine sleeps.
 */
export class HostWatch {
  private timer: NodeJS.Timeout | undefined;
  private intervalMs = 0;
  private missed = 0;

  /** @param onSilent - called once */
  constructor(private readonly onSilent: () => void) {}

  /** A sign of life, which promises the next one after so many milliseconds. */
  pinged(intervalMs: number): void {
    this.missed = 0;
    if (this.intervalMs === intervalMs) return;
    this.intervalMs = intervalMs;
    clearInterval(this.timer);
    this.timer = setInterval(() => this.miss(), intervalMs).unref();
  }

  private miss(): void {
    this.missed += 1;
    if (this.missed <= MISSED_PINGS) return;
    clearInterval(this.timer);
    this.onSilent();
  }
}
