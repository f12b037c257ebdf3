import fc from 'fast-check';
import { parseTcpAddress } from '../../lib/simulator/tcp-server';

const port = fc.integer({ min: 0, max: 0xffff });

describe('parseTcpAddress', () => {
  test('reads every host and port as they were written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.ipV4()), fc.ipV6(), port, (name, ipV6, port) => {
        expect(parseTcpAddress(String(port))).toEqual({ host: '127.0.0.1', port });
        expect(parseTcpAddress(`${name}:${port}`)).toEqual({ host: name, port });
        expect(parseTcpAddress(`[${ipV6}]:${port}`)).toEqual({ host: ipV6, port });
      }),
    );
  });

  test('refuses everything else by its code, and never a port that there is not', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\[?[\w:.]*\]?:?\d*$/)), (text) => {
        try {
          const { host, port } = parseTcpAddress(text);
          expect(Number.isInteger(port) && port >= 0 && port <= 0xffff).toBe(true);
          expect(host).not.toBe('');
          expect(host).not.toMatch(/[[\]]/);
        } catch (error) {
          expect(error).toMatchObject({ code: 'RASSHOST_E_OPTION' });
        }
      }),
    );
  });
});
