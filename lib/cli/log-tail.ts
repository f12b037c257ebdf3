import { existsSync, openSync, readSync, closeSync, watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';

/** Passes on what another process appends to a file, as it comes. */
export class LogTail {
  private readonly watcher: FSWatcher;
  private offset = 0;

  constructor(
    private readonly file: string,
    private readonly show: (text: string) => void,
  ) {
    this.watcher = watch(dirname(file), () => this.read());
  }

  /** Passes on the rest and stops. */
  close(): void {
    this.watcher.close();
    this.read();
  }

  private read(): void {
    if (!existsSync(this.file)) return;
    const descriptor = openSync(this.file, 'r');
    const buffer = Buffer.alloc(0x10000);
    for (;;) {
      const count = readSync(descriptor, buffer, 0, buffer.length, this.offset);
      if (count === 0) break;
      this.offset += count;
      this.show(buffer.toString('utf8', 0, count).replaceAll('\r\n', '\n'));
    }
    closeSync(descriptor);
  }
}
