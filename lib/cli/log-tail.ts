import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** How often the file is looked at: Windows does not report what an open file grows by. */
const INTERVAL_MS = 100;

/**
 * Passes on what another process appends to a file, as it comes. When the file is shorter than it
 * was, it has been renamed to its name with `.1` behind, and begun anew.
 */
export class LogTail {
  private readonly timer = setInterval(() => this.read(), INTERVAL_MS).unref();
  private readonly buffer = Buffer.alloc(0x10000);
  // What is there so far may end within a character, or between CR and LF.
  private readonly decoder = new StringDecoder('utf8');
  private held = '';
  private offset = 0;

  constructor(
    private readonly file: string,
    private readonly show: (text: string) => void,
  ) {}

  /** Passes on the rest and stops. */
  close(): void {
    clearInterval(this.timer);
    this.read();
    const rest = this.held + this.decoder.end();
    if (rest !== '') this.show(rest);
  }

  private read(): void {
    if (!existsSync(this.file)) return;
    const descriptor = openSync(this.file, 'r');
    if (fstatSync(descriptor).size < this.offset) {
      const renamed = openSync(`${this.file}.1`, 'r');
      this.readRest(renamed);
      closeSync(renamed);
      this.offset = 0;
    }
    this.readRest(descriptor);
    closeSync(descriptor);
  }

  private readRest(descriptor: number): void {
    for (;;) {
      const count = readSync(descriptor, this.buffer, 0, this.buffer.length, this.offset);
      if (count === 0) return;
      this.offset += count;
      const text = this.held + this.decoder.write(this.buffer.subarray(0, count));
      this.held = text.endsWith('\r') ? '\r' : '';
      const complete = text.slice(0, text.length - this.held.length);
      if (complete !== '') this.show(complete.replaceAll('\r\n', '\n'));
    }
  }
}
