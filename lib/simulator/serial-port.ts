import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Duplex } from 'node:stream';
import { isatty, ReadStream, WriteStream } from 'node:tty';
import { promisify } from 'node:util';
import { RasshostError } from '../errors';

const { O_NOCTTY, O_NONBLOCK, O_RDWR } = constants;

/**
 * Opens a serial port, or an end of a pseudo terminal, as a stream of bytes that nothing translates.
 * Closing it drops DTR, which hangs a modem up.
 *
 * @param baud - the port's speed in bits a second; default: as it is
 * @throws {@link RasshostError} RASSHOST_E_OPTION when there is no such port, and on Windows, where
 * Node.js can't read and write a port at the same time; the error of the system when it can't be
 * opened
 */
export async function openSerialPort(path: string, baud?: number): Promise<Duplex> {
  if (process.platform === 'win32') {
    const instead = `rasshost emulate POLICY --com ${path}`;
    throw new RasshostError('RASSHOST_E_OPTION', `--serial: on Windows use ${instead}`);
  }
  // Non-blocking: to open a port would else wait for a carrier.
  const flags = O_RDWR | O_NOCTTY | O_NONBLOCK;
  const open: number[] = [];
  try {
    open.push(openSync(path, flags), openSync(path, flags));
    const [input = -1, output = -1] = open;
    if (!isatty(input)) throw new Error('not a serial port or pseudo terminal');
    const speed = baud === undefined ? [] : [`${baud}`];
    const file = process.platform === 'linux' ? '-F' : '-f';
    const settings = ['raw', '-echo', 'clocal', 'hupcl', ...speed];
    await promisify(execFile)('stty', [file, path, ...settings]);
    return Duplex.from({ readable: new ReadStream(input), writable: new WriteStream(output) });
  } catch (cause) {
    open.forEach(closeSync);
    const { code, message } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string' && code !== 'ENOENT') throw cause;
    throw new RasshostError('RASSHOST_E_OPTION', `--serial ${path}: ${message}`, { cause });
  }
}
