import type { Duplex } from 'node:stream';
import type { CallerLine } from './caller-line';
import { Telnet } from './telnet';

/** How long the other end may take to close its side once the call is over. */
const LINGER_MS = 1000;

/**
 * Makes whoever is at the other end of a stream the caller of a line: the stream's end is a
 * hang-up, and the end of the call ends the stream.
 *
 * @returns settles when the stream has been closed
 */
export async function joinLine(
  line: CallerLine,
  stream: Duplex,
  telnet = new Telnet('off'),
): Promise<void> {
  const closed = new Promise((resolve) => stream.once('close', resolve));
  const send = (bytes: Uint8Array): void => {
    if (bytes.length > 0 && stream.writable) stream.write(bytes);
  };
  send(telnet.greeting);
  line.listen((text) => send(telnet.send(Buffer.from(text, 'latin1'))));
  stream.on('data', (bytes: Buffer) => {
    const { data, reply } = telnet.receive(bytes);
    send(reply);
    if (data.length > 0) line.type(Buffer.from(data).toString('latin1'));
  });
  stream.on('end', () => line.hangUp());
  // The close that follows is what counts.
  stream.on('error', () => {});
  stream.on('close', () => line.hangUp());
  await line.closed;
  stream.end();
  // Not at once: what is still unread would make the system throw away what is still unsent.
  const timer = setTimeout(() => stream.destroy(), LINGER_MS);
  await closed;
  clearTimeout(timer);
}
