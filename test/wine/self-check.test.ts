import { resolve } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { logged } from '../support/our-dll';
import { openMachine } from '../support/ras-server';
import { serving } from '../support/serving';

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

test('in-process a policy gets no call before its self-check has succeeded', () =>
  serving(
    host,
    resolve(__dirname, 'policies/ready-later.ts'),
    { placement: 'in-process' },
    async (server) => {
      const unlucky = await server.call();
      expect(await server.outcomeOf(unlucky)).toMatchObject({ outcome: 'error', dwError: 1610 });
      await logged(server, /RASSHOST_E_SELF_CHECK: no token server yet/);
      await logged(server, /event 1002 worker lost: it refused to serve: RASSHOST_E_SELF_CHECK/);
      const lucky = await server.call();
      expect(await server.outcomeOf(lucky)).toMatchObject({ outcome: 'success' });
    },
  ));
