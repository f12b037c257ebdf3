import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PENDING } from '../../lib/rasman/codes';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { logged, newsOfLog, servePolicy, type OurDllOptions } from '../support/our-dll';
import { openMachine, RasServer, until, type Caller, type TraceLine } from '../support/ras-server';
import { answered, makesDo, prompted, serving, sharedServer } from '../support/serving';

const OBEDIENT = resolve(__dirname, 'policies/obedient.ts');

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

const isCall = (name: string) => (line: TraceLine) => line.call === `RasSecurityDialog${name}`;
const isReturn = (name: string) => (line: TraceLine) => line.return === `RasSecurityDialog${name}`;

const GET_INFO = 'RasSecurityDialogGetInfo';

/** What the calls of End have returned for a caller. */
function endResults(server: RasServer, caller: Caller): unknown[] {
  return server
    .traceOf(caller)
    .filter(isReturn('End'))
    .map((line) => line.result);
}

/** What the security DLL has called for a caller, but for GetInfo, and what has come of it. */
function transcript(server: RasServer, caller: Caller): unknown[] {
  return server
    .traceOf(caller)
    .filter(({ call = GET_INFO, receive }) => call !== GET_INFO || receive === 'completed')
    .map(({ call, receive, length, bytes, dwMsgId }) => ({
      call,
      receive,
      length,
      bytes,
      dwMsgId,
    }));
}

/** Types one key for each Receive, as soon as the lines since its call are `ready`. */
async function typesSlowly(
  server: RasServer,
  caller: Caller,
  keys: string,
  ready: (sinceReceive: readonly TraceLine[]) => boolean,
): Promise<void> {
  let answered = -1;
  for (const key of keys) {
    answered = await until(
      () => `the Receive of ${key} in ${JSON.stringify(server.traceOf(caller))}`,
      () => {
        const lines = server.traceOf(caller);
        const at = lines.findLastIndex(isCall('Receive'));
        return at > answered && ready(lines.slice(at)) && at;
      },
    );
    caller.types(key);
  }
}

describe.each(['worker', 'in-process'] as const)('%s placement', (placement) => {
  const serve = (options: OurDllOptions) =>
    sharedServer(() => servePolicy(host, OBEDIENT, { placement, ...options }));

  describe('with the usual settings', () => {
    // The hold is longer than a clean-up takes that ends by itself, and not for long where one never
    // ends. The second for which the last word of a dialog waits for a key is shorter.
    const usual = serve({ settings: { holdSeconds: 4 }, args: ['--second', '100'] });

    test('what a policy throws is ERROR 645, and its text is in the log only (SD-10, SD-11)', async () => {
      const caller = await makesDo(usual(), 'throw');
      expect(await caller.closed()).not.toContain('fire');
      expect(await usual().outcomeOf(caller)).toMatchObject({ outcome: 'error', dwError: 645 });
      await logged(usual(), /the token server is on fire/);
    });

    test('what a policy returns that is not a verdict is ERROR, not SUCCESS (SD-07)', async () => {
      const caller = await makesDo(usual(), 'garbage');
      expect(await usual().outcomeOf(caller)).toMatchObject({ outcome: 'error' });
    });

    test.each(['inside', 'thread', 'after'])(
      'a policy holds the termination that follows its verdict, with End %s Complete (SD-24)',
      async (end) => {
        const server = usual();
        const news = newsOfLog(server);
        const caller = await makesDo(server, 'hold', ['--end', end]);
        const outcome = await server.outcomeOf(caller);
        expect(outcome).toMatchObject({ outcome: 'success', userName: 'alice' });
        await logged(server, /cleaned up/, news);
        expect(endResults(server, caller)).toEqual([0]);
        expect(server.traceOf(caller).filter(isCall('Complete'))).toHaveLength(2);
      },
    );

    test('a policy holds the termination that its caller causes (SD-24, SD-25)', async () => {
      const server = usual();
      const news = newsOfLog(server);
      // Silent, so that the policy learns of it from End alone.
      const caller = await makesDo(server, 'hold-on', ['--hangup-event', 'silent']);
      await caller.sees('Hang up now: ');
      caller.hangUp();
      expect(await server.outcomeOf(caller)).toMatchObject({ outcome: 'ended' });
      await logged(server, /cleaned up/, news);
      expect(endResults(server, caller)).toEqual([0]);
      expect(server.traceOf(caller).filter(isCall('Complete'))).toHaveLength(1);
    });

    test('a termination that is held for ever goes on at the hold deadline', async () => {
      const server = usual();
      const news = newsOfLog(server);
      const caller = await makesDo(server, 'hold-for-ever');
      expect(await server.outcomeOf(caller)).toMatchObject({ outcome: 'success' });
      expect(server.traceOf(caller).filter(isCall('Complete'))).toHaveLength(2);
      await logged(server, /terminated: its clean-up took longer than HoldSeconds/, news);
    });

    test('buffers that are larger than a length can be are used as far as it goes (SD-16, SD-17)', async () => {
      const args = ['--send-buffer', '70000', '--receive-buffer', '70000'];
      const caller = await makesDo(usual(), 'long', args);
      expect((await caller.closed()).replaceAll(/[^~]/g, '')).toHaveLength(70_000);
      const sends = usual().traceOf(caller).filter(isCall('Send'));
      expect(sends.map((line) => line['length'])).toContain(0xffff);
    });

    test.each([0, 1])(
      'a receive event with %d bytes of nothing is not an answer (SD-21)',
      async (bytes) => {
        const args = ['--fault', `spurious-event=${bytes}@3`];
        const caller = await makesDo(usual(), 'grant', args);
        expect(await usual().outcomeOf(caller)).toMatchObject({ outcome: 'success' });
      },
    );

    test.each([0, 20])(
      'an event that comes %d ms after a Receive which goes on leaves the dialog what it is (SD-21)',
      async (ms) => {
        const server = usual();
        const plain = await prompted(server);
        await typesSlowly(server, plain, 'grant\r', () => true);
        expect(await server.outcomeOf(plain)).toMatchObject({ outcome: 'success' });
        const caller = await prompted(server, ['--fault', `early-event=${ms}`]);
        await typesSlowly(server, caller, 'grant\r', (lines) => {
          const early = lines.findIndex(({ receive }) => receive === 'early');
          const looks = lines.slice(early).filter(isCall('GetInfo'));
          return early >= 0 && looks.some(({ lastError }) => lastError === PENDING);
        });
        expect(await server.outcomeOf(caller)).toMatchObject({ outcome: 'success' });
        expect(transcript(server, caller)).toEqual(transcript(server, plain));
        // With the first frame of PPP, which follows the outcome.
        expect(await caller.closed()).toBe(await plain.closed());
      },
    );

    test.each([
      ['Send', 'send-error=614@2', 614],
      ['Receive', 'receive-error=610@2', 610],
      ['Send when the line is lost', 'send-error=630@2', 619],
      ['Receive when the line is lost', 'receive-error=618@2', 619],
    ])('an error of %s ends the dialog with its code (SD-14, SD-15)', async (_, fault, dwError) => {
      const caller = await usual().callWith(['--fault', fault]);
      caller.types('grant\r');
      expect(await usual().outcomeOf(caller)).toMatchObject({ outcome: 'error', dwError });
    });

    test('a hang-up that signals nothing ends the dialog all the same (SD-25)', async () => {
      const caller = await prompted(usual(), ['--hangup-event', 'silent']);
      caller.hangUp();
      expect(await usual().outcomeOf(caller)).toMatchObject({ outcome: 'ended' });
      const next = await makesDo(usual(), 'grant');
      expect(await usual().outcomeOf(next)).toMatchObject({ outcome: 'success' });
    });

    if (placement === 'worker') {
      test('a worker that dies takes its dialogs down with ERROR, and the next caller gets another (SD-07, SD-25)', async () => {
        const server = usual();
        const [idle, killer] = [await prompted(server), await prompted(server)];
        killer.types('exit\r');
        for (const caller of [idle, killer]) {
          const outcome = await server.outcomeOf(caller);
          expect(outcome).toMatchObject({ outcome: 'error', dwError: 1067 });
        }
        const next = await makesDo(server, 'grant');
        const outcome = await server.outcomeOf(next);
        expect(outcome).toMatchObject({ outcome: 'success', userName: 'alice' });
        await logged(server, /worker lost: it has ended/);
      });
    }
  });

  describe('with DialogSeconds 12', () => {
    const impatient = serve({ settings: { dialogSeconds: 12, silenceSeconds: 60 } });

    test('a policy that never answers is ended at its deadline with ERROR 638 (SD-20)', async () => {
      const caller = await makesDo(impatient(), 'never');
      expect(await impatient().outcomeOf(caller)).toMatchObject({ outcome: 'error', dwError: 638 });
    });

    test('a silent caller is refused before the deadline, as nobody (SD-11, SD-20, SD-21)', async () => {
      const caller = await prompted(impatient());
      expect(await impatient().outcomeOf(caller)).toMatchObject({
        outcome: 'failure',
        userName: '<no answer>',
      });
    });

    if (placement === 'worker') {
      test('a policy that blocks its event loop cannot keep a dialog beyond its deadline (SD-20)', async () => {
        const caller = await makesDo(impatient(), 'block');
        const outcome = await impatient().outcomeOf(caller);
        expect(outcome).toMatchObject({ outcome: 'error', dwError: 638 });
      });
    }
  });

  describe('with one handle', () => {
    const directory = RasServer.newDirectory();
    const gate = join(directory, 'gate');
    const oneHandle = sharedServer(() =>
      servePolicy(host, OBEDIENT, {
        placement,
        directory,
        args: [
          ...['--reuse-handles', '--ports', '1', '--crossing', '60000'],
          ...['--arrival-gate', host.toWindows(gate)],
        ],
      }),
    );

    test('a verdict that comes after the hang-up reaches nobody, not even on a reused handle (SD-26, SD-29)', async () => {
      const server = oneHandle();
      const first = await makesDo(server, 'late');
      await first.sees('Thinking.');
      first.hangUp();
      const ended = await server.outcomeOf(first);
      expect(ended).toMatchObject({ outcome: 'ended' });
      const second = await makesDo(server, 'throw');
      const outcome = await server.outcomeOf(second);
      expect(outcome).toMatchObject({ outcome: 'error', dwError: 645, hPort: ended['hPort'] });
      await logged(server, /aborted/);
    });

    test('a verdict under way at the hang-up keeps the next caller out until it has arrived (SD-26, SD-29)', async () => {
      const server = oneHandle();
      const before = server.trace().length;
      const news = () => server.trace().slice(before);
      writeFileSync(gate, '');
      try {
        const first = await makesDo(server, 'grant');
        await until('a verdict under way', () => news().some((line) => line['underWay']));
        first.hangUp();
        expect(await server.outcomeOf(first)).toMatchObject({ outcome: 'ended' });
        for (let call = 0; call < 2; call++) {
          const refused = await server.call();
          await refused.closed();
          const refusal = { outcome: 'begin-refused', dwError: 170 };
          expect(await server.outcomeOf(refused)).toMatchObject(refusal);
        }
      } finally {
        rmSync(gate);
      }
      await until('the return of Complete', () => news().some(isReturn('Complete')));
      // It comes back to the security DLL a moment after the server has written so.
      const next = await answered(server, 'Deed: ');
      next.types('deny\r');
      await next.closed();
      const outcome = await server.outcomeOf(next);
      expect(outcome).toMatchObject({ outcome: 'failure', hPort: 0x1001 });
      expect(news().filter((line) => line.outcome === 'success')).toEqual([]);
    });
  });
});

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

test('a program that sends in-process what is not allowed loses its dialog, gives its port back, and serves the next caller (SD-07, SD-26)', () =>
  serving(
    host,
    OBEDIENT,
    { placement: 'in-process', script: resolve(__dirname, 'scripts/closing-server.js') },
    async (server) => {
      await makesDo(server, 'be ready again');
      expect(await server.outcome()).toMatchObject({ outcome: 'error', dwError: 13 });
      await logged(server, /event 1002 worker lost: it sent a frame that is not allowed/);
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
