import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { logged } from '../support/our-dll';
import { openMachine, RasServer, type TraceLine } from '../support/ras-server';
import { answered, makesDo, serving } from '../support/serving';

const OBEDIENT = resolve(__dirname, 'policies/obedient.ts');

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

function calls(server: RasServer, port: number, name: RegExp): TraceLine[] {
  return server.trace(port).filter((line) => name.test(line.call ?? ''));
}

const END_RESULTS = (server: RasServer, port = 1) =>
  server
    .trace(port)
    .filter((line) => line.return === 'RasSecurityDialogEnd')
    .map((line) => line.result);

describe.each(['worker', 'in-process'] as const)('%s placement', (placement) => {
  test('what a policy throws is ERROR 645, and its text is in the log only (SD-10, SD-11)', () =>
    serving(host, OBEDIENT, { placement }, async (server) => {
      const caller = await makesDo(server, 'throw');
      expect(await caller.closed()).not.toContain('fire');
      expect(await server.outcome()).toMatchObject({ outcome: 'error', dwError: 645 });
      await logged(server, /the token server is on fire/);
    }));

  test('what a policy returns that is not a verdict is ERROR, not SUCCESS (SD-07)', () =>
    serving(host, OBEDIENT, { placement }, async (server) => {
      await makesDo(server, 'garbage');
      expect(await server.outcome()).toMatchObject({ outcome: 'error' });
    }));

  test('a policy that never answers is ended at its deadline with ERROR 638 (SD-20)', () =>
    serving(host, OBEDIENT, { placement, settings: { dialogSeconds: 7 } }, async (server) => {
      await makesDo(server, 'never');
      expect(await server.outcome()).toMatchObject({ outcome: 'error', dwError: 638 });
    }));

  test('a silent caller is refused before the deadline, as nobody (SD-11, SD-20, SD-21)', () =>
    serving(host, OBEDIENT, { placement, settings: { dialogSeconds: 4 } }, async (server) => {
      const caller = await server.call();
      await caller.sees('Deed: ');
      expect(await server.outcome()).toMatchObject({
        outcome: 'failure',
        userName: '<no answer>',
      });
    }));

  test.each(['inside', 'thread', 'after'])(
    'a policy holds the termination that follows its verdict, with End %s Complete (SD-24)',
    (end) =>
      serving(host, OBEDIENT, { placement, args: ['--end', end] }, async (server) => {
        await makesDo(server, 'hold');
        expect(await server.outcome()).toMatchObject({ outcome: 'success', userName: 'alice' });
        await logged(server, /cleaned up/);
        expect(END_RESULTS(server)).toEqual([0]);
        expect(calls(server, 1, /Complete/)).toHaveLength(2);
      }),
  );

  test('a policy holds the termination that its caller causes (SD-24, SD-25)', () =>
    // Silent, so that the policy learns of it from End alone.
    serving(host, OBEDIENT, { placement, args: ['--hangup-event', 'silent'] }, async (server) => {
      const caller = await makesDo(server, 'hold-on');
      await caller.sees('Hang up now: ');
      caller.hangUp();
      expect(await server.outcome()).toMatchObject({ outcome: 'ended' });
      await logged(server, /cleaned up/);
      expect(END_RESULTS(server)).toEqual([0]);
      expect(calls(server, 1, /Complete/)).toHaveLength(1);
    }));

  test('a termination that is held for ever goes on at the hold deadline', () =>
    serving(host, OBEDIENT, { placement, settings: { holdSeconds: 1 } }, async (server) => {
      await makesDo(server, 'hold-for-ever');
      expect(await server.outcome()).toMatchObject({ outcome: 'success' });
      expect(calls(server, 1, /Complete/)).toHaveLength(2);
    }));

  test('a verdict that comes after the hang-up reaches nobody, not even on a reused handle (SD-26, SD-29)', () =>
    serving(host, OBEDIENT, { placement, args: ['--reuse-handles'] }, async (server) => {
      const first = await makesDo(server, 'late');
      await first.sees('Thinking.');
      first.hangUp();
      const ended = await server.outcome(1);
      expect(ended).toMatchObject({ outcome: 'ended' });
      await makesDo(server, 'throw');
      const second = await server.outcome(2);
      expect(second).toMatchObject({ outcome: 'error', dwError: 645, hPort: ended['hPort'] });
      await logged(server, /aborted/);
    }));

  test('a verdict under way at the hang-up keeps the next caller out until it has arrived (SD-26, SD-29)', () => {
    const directory = RasServer.newDirectory();
    const gate = join(directory, 'gate');
    const args = [
      ...['--reuse-handles', '--ports', '1', '--crossing', '60000'],
      ...['--arrival-gate', host.toWindows(gate)],
    ];
    return serving(host, OBEDIENT, { placement, args, directory }, async (server) => {
      writeFileSync(gate, '');
      try {
        const first = await makesDo(server, 'grant');
        await server.traced((line) => line['underWay'] !== undefined);
        first.hangUp();
        expect(await server.outcome(1)).toMatchObject({ outcome: 'ended' });
        for (const call of [2, 3]) {
          await server.call();
          const refusal = { outcome: 'begin-refused', dwError: 170 };
          expect(await server.outcome(call)).toMatchObject(refusal);
        }
      } finally {
        rmSync(gate);
      }
      await server.traced((line) => line.return === 'RasSecurityDialogComplete');
      // It comes back to the security DLL a moment after the server has written so.
      const next = await answered(server, 'Deed: ');
      next.types('deny\r');
      await next.closed();
      const outcomes = server.trace().filter((line) => line.outcome !== undefined);
      expect(outcomes.map((line) => line.outcome)).not.toContain('success');
      expect(outcomes.at(-1)).toMatchObject({ outcome: 'failure', hPort: 0x1001 });
    });
  });

  test('buffers that are larger than a length can be are used as far as it goes (SD-16, SD-17)', () => {
    const args = ['--send-buffer', '70000', '--receive-buffer', '70000'];
    return serving(host, OBEDIENT, { placement, args }, async (server) => {
      const caller = await makesDo(server, 'long');
      expect((await caller.closed()).replaceAll(/[^~]/g, '')).toHaveLength(70_000);
      expect(calls(server, 1, /Send/).map((line) => line['length'])).toContain(0xffff);
    });
  });

  test.each([0, 1])('a receive event with %d bytes of nothing is not an answer (SD-21)', (bytes) =>
    serving(
      host,
      OBEDIENT,
      { placement, args: ['--fault', `spurious-event=${bytes}@3`] },
      async (server) => {
        await makesDo(server, 'grant');
        expect(await server.outcome()).toMatchObject({ outcome: 'success' });
      },
    ),
  );

  test.each([
    ['Send', 'send-error=614@2', 614],
    ['Receive', 'receive-error=610@2', 610],
    ['Send when the line is lost', 'send-error=630@2', 619],
    ['Receive when the line is lost', 'receive-error=618@2', 619],
  ])('an error of %s ends the dialog with its code (SD-14, SD-15)', (_, fault, dwError) =>
    serving(host, OBEDIENT, { placement, args: ['--fault', fault] }, async (server) => {
      const caller = await server.call();
      caller.types('grant\r');
      expect(await server.outcome()).toMatchObject({ outcome: 'error', dwError });
    }),
  );

  test('a hang-up that signals nothing ends the dialog all the same (SD-25)', () =>
    serving(host, OBEDIENT, { placement, args: ['--hangup-event', 'silent'] }, async (server) => {
      const caller = await server.call();
      await caller.sees('Deed: ');
      caller.hangUp();
      expect(await server.outcome()).toMatchObject({ outcome: 'ended' });
      await makesDo(server, 'grant');
      expect(await server.outcome(2)).toMatchObject({ outcome: 'success' });
    }));
});

test('a worker that dies takes its dialogs down with ERROR, and the next caller gets another (SD-07, SD-25)', () =>
  serving(host, OBEDIENT, {}, async (server) => {
    const [idle, killer] = [await server.call(), await server.call()];
    await idle.sees('Deed: ');
    await killer.sees('Deed: ');
    killer.types('exit\r');
    for (const count of [1, 2]) {
      expect(await server.outcome(count)).toMatchObject({ outcome: 'error', dwError: 1067 });
    }
    await makesDo(server, 'grant');
    expect(await server.outcome(3)).toMatchObject({ outcome: 'success', userName: 'alice' });
    await logged(server, /worker lost: it has ended/);
  }));

test('a policy that blocks its event loop cannot keep a dialog beyond its deadline (SD-20)', () =>
  serving(host, OBEDIENT, { settings: { dialogSeconds: 7 } }, async (server) => {
    // So that the worker's start is no part of the next one's deadline.
    await makesDo(server, 'grant');
    await makesDo(server, 'block');
    expect(await server.outcome(2)).toMatchObject({ outcome: 'error', dwError: 638 });
  }));

describe('a worker that cannot serve gives every caller an ERROR and the log a reason', () => {
  test.each([
    ['NodePath names no file', { node: 'C:\\nowhere\\node.exe' }, 3, /NodePath: error 3/],
    ['NodePath names no program', { node: 'C:\\windows\\win.ini' }, undefined, /NodePath: error/],
    ['PolicyPath names no file', { policy: 'C:\\nowhere.ts' }, 1610, /RASSHOST_E_POLICY_NOT_FOUND/],
  ])('%s', (_, settings, dwError, reason) =>
    serving(host, OBEDIENT, { settings }, async (server) => {
      for (const count of [1, 2]) {
        const caller = await server.call();
        await caller.closed();
        const outcome = await server.outcome(count);
        expect(outcome).toMatchObject({ outcome: 'error', ...(dwError && { dwError }) });
      }
      await logged(server, reason);
    }),
  );

  test('a policy that takes longer to load than StartSeconds', () =>
    serving(
      host,
      OBEDIENT,
      {
        settings: {
          startSeconds: 1,
          policy: host.toWindows(resolve(__dirname, 'policies/never-loads.mjs')),
        },
      },
      async (server) => {
        const caller = await server.call();
        await caller.closed();
        expect(await server.outcome()).toMatchObject({ outcome: 'error', dwError: 1053 });
        await logged(server, /not ready within StartSeconds/);
      },
    ));
});

test('a program that ends its in-process service ends its dialogs with ERROR, and can serve again (SD-07, SD-23)', () =>
  serving(
    host,
    OBEDIENT,
    { placement: 'in-process', script: resolve(__dirname, 'scripts/closing-server.js') },
    async (server) => {
      await makesDo(server, 'close');
      expect(await server.outcome()).toMatchObject({ outcome: 'error' });
      await logged(server, /Send: 619, 0 bytes/);
      await logged(server, /serving[^]*serving/);
      await makesDo(server, 'grant');
      expect(await server.outcome(2)).toMatchObject({ outcome: 'success', userName: 'alice' });
    },
  ));

test('a program that was too busy to take its first callers in-process serves the next ones', () =>
  serving(
    host,
    OBEDIENT,
    {
      placement: 'in-process',
      script: resolve(__dirname, 'scripts/closing-server.js'),
      settings: { startSeconds: 1 },
    },
    async (server) => {
      await makesDo(server, 'close and block');
      await logged(server, /serving[^]*serving/);
      const unlucky = await server.call();
      await unlucky.closed();
      expect(await server.outcome(2)).toMatchObject({ outcome: 'error', dwError: 1053 });
      await logged(server, /awake/);
      await makesDo(server, 'grant');
      expect(await server.outcome(3)).toMatchObject({ outcome: 'success', userName: 'alice' });
    },
  ));
