import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { RasshostError } from '../errors';

/** A TCP address to take calls at. */
export interface TcpAddress {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/**
 * Parses `PORT` or `HOST:PORT`; without a host it is 127.0.0.1, so that only this machine can call.
 * @throws {@link RasshostError} RASSHOST_E_OPTION
 */
export function parseTcpAddress(text: string): TcpAddress {
  const [, host = '127.0.0.1', digits = ''] = /^(?:\[?([^[\]]+?)\]?:)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits !== '' && port <= 0xffff) return { host, port };
  throw new RasshostError('RASSHOST_E_OPTION', `--tcp ${text} is not PORT or HOST:PORT`);
}

/**
 * Listens, and gives each connection to `onCaller`.
 * @throws {@link RasshostError} RASSHOST_E_OPTION when this machine has no such address; the error
 * of the system when it can't be listened at, for example because somebody else does
 */
export async function listen(
  { host, port }: TcpAddress,
  onCaller: (socket: Socket) => void,
): Promise<{ readonly server: Server; readonly address: string }> {
  const server = createServer({ noDelay: true }, onCaller);
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    if (!['EADDRNOTAVAIL', 'ENOTFOUND'].includes(code)) throw cause;
    const problem = `--tcp: ${message}`;
    throw new RasshostError('RASSHOST_E_OPTION', problem, { cause });
  }
  const { address, family, port: bound } = server.address() as AddressInfo;
  return { server, address: `${family === 'IPv6' ? `[${address}]` : address}:${bound}` };
}
