// The emulated RAS server with a security DLL that follows the rules (well_behaved.dll: alice with
// 123456 gets in), with callers of every kind and faults of every kind.
import type { WindowsHost } from '../../lib/windows/windows-host';
import {
  binaryMessage,
  droppedCarrier,
  human,
  plainPpp,
  scpScript,
  switchInf,
  type CallerProfile,
} from '../support/caller-profiles';
import { openMachine, RasServer, type Caller, type TraceLine } from '../support/ras-server';

const ALICE = { userName: 'alice', password: '123456' };

let machine: WindowsHost;
let server: RasServer;

beforeAll(async () => {
  machine = await openMachine();
});
afterEach(() => server.dispose());
afterAll(() => machine.close());

async function start(...args: string[]): Promise<RasServer> {
  server = await RasServer.start(machine, {
    dll: 'well_behaved.dll',
    args: ['--strict', ...args],
  });
  return server;
}

async function logsIn(caller: Caller, passcode = '123456'): Promise<void> {
  await caller.sees('User name: ');
  caller.types('alice\r');
  await caller.sees('Passcode: ');
  caller.types(`${passcode}\r`);
}

const isCall = (name: string) => (line: TraceLine) => line.call === `RasSecurityDialog${name}`;

describe.each(['exact', 'available'])('with --receive %s', (receive) => {
  describe.each(['inside', 'thread', 'after'])('and --end %s', (end) => {
    test.each(['1', '16', '1500'])(
      'and buffers of %s bytes a rule-abiding DLL is served without complaint (EM-07, EM-11)',
      async (size) => {
        const modes = ['--receive', receive, '--end', end];
        await start(...modes, '--send-buffer', size, '--receive-buffer', size);
        const good = await server.call();
        await logsIn(good);
        expect(await good.closed()).toContain('Welcome\r\n~\xff}#');
        const bad = await server.call();
        await logsIn(bad, '654321');
        expect(await bad.closed()).toMatch(/Access denied\r\n$/);
        expect(await server.outcome(1)).toMatchObject({ outcome: 'success', userName: 'alice' });
        expect(await server.outcome(2)).toMatchObject({ outcome: 'failure', userName: 'alice' });
        expect(server.trace().filter(isCall('Complete'))).toEqual([
          expect.objectContaining({ wiped: true }),
          expect.objectContaining({ wiped: true }),
        ]);
        expect(await server.stop()).toBe(0);
      },
    );
  });
});

test('64 calls at once have handles of their own, and each its own verdict (EM-25)', async () => {
  await start('--ports', '64');
  const callers = await Promise.all(Array.from({ length: 64 }, () => server.call()));
  await Promise.all(callers.map((caller) => caller.sees('User name: ')));
  const verdicts = await Promise.all(
    callers.map(async (caller, i) => {
      caller.types(`alice\r${i % 3 === 0 ? '123456' : i}\r`);
      return (await caller.closed()).includes('Welcome');
    }),
  );
  expect(verdicts).toEqual(callers.map((_, i) => i % 3 === 0));
  const handles = server
    .trace()
    .filter(isCall('Begin'))
    .map((line) => line['hPort']);
  expect(new Set(handles).size).toBe(64);
  expect(await server.stop()).toBe(0);
});

test('a call more than there are ports is refused, and a freed port taken again (EM-25)', async () => {
  await start('--ports', '1', '--reuse-handles');
  const first = await server.call();
  await first.sees('User name: ');
  const second = await server.call();
  expect(await second.closed()).toBe('');
  first.hangUp();
  await server.outcome();
  const third = await server.call();
  await logsIn(third);
  await third.closed();
  const handles = server
    .trace()
    .filter(isCall('Begin'))
    .map((line) => line['hPort']);
  expect(handles).toEqual([handles[0], handles[0]]);
  expect(await server.stop()).toBe(0);
});

describe('caller profiles (EM-27)', () => {
  const SCP = `
    proc main
      waitfor "User name: "
      transmit $USERID
      transmit "^M"
      waitfor "Passcode: "
      transmit $PASSWORD
      transmit "^M"
    endproc`;
  const SWITCH_INF = [
    '[Passcode]',
    'COMMAND=',
    'OK=<match>"User name: "',
    'COMMAND=alice<cr>',
    'OK=<match>"Passcode: "',
    'COMMAND=123456<cr>',
    'OK=<match>"Welcome"',
  ].join('\n');

  test.each<[string, CallerProfile, string]>([
    ['a human at a terminal without local echo', human, 'success'],
    ['a .scp script', scpScript(SCP), 'success'],
    ['a SWITCH.INF script', switchInf(SWITCH_INF), 'success'],
    ['a binary custom script', binaryMessage('alice\r123456\r'), 'success'],
    ['a dropped carrier', droppedCarrier, 'ended'],
  ])('%s', async (_, profile, outcome) => {
    // Silent: the DLL then learns of a lost call from End alone.
    await start('--hangup-event', 'silent');
    await profile(await server.call(), ALICE);
    expect(await server.outcome()).toMatchObject({ outcome });
    expect(await server.stop()).toBe(0);
  });

  test('a plain PPP client, which is cut off', async () => {
    await start('--dialog-timeout', '1', '--second', '200');
    const caller = await server.call();
    await plainPpp(caller, ALICE);
    expect(await server.outcome()).toMatchObject({
      outcome: expect.stringMatching(/ended|failure/),
    });
    expect(await server.stop()).toBe(0);
  });
});

describe('the client (EM-28)', () => {
  const states = () => server.trace().flatMap((line) => (line['client'] ? [line['state']] : []));

  test('is in RASCS_Interactive during the dialog, and goes on to PPP after it', async () => {
    await start();
    const caller = await server.call();
    await caller.sees('User name: ');
    expect(states()).toEqual([4096]);
    caller.types('alice\r123456\r');
    await caller.closed();
    await server.traced((line) => line['client'] === 'RASCS_Disconnected');
    expect(states()).toEqual([4096, 5, 8192, 8193]);
  });

  test('resumes when its user presses Done in the middle of the dialog', async () => {
    await start();
    const caller = await server.call();
    await caller.sees('User name: ');
    caller.types('~\xff}#\xc0!');
    await server.traced((line) => line['client'] === 'RASCS_Authenticate');
    expect(states()).toEqual([4096, 5]);
  });

  test('without support for paused states gives up with error 703', async () => {
    await start('--client-paused-states', 'no');
    await (await server.call()).closed();
    expect(await server.outcome()).toMatchObject({
      outcome: expect.stringMatching(/ended|failure/),
    });
    expect(states()).toEqual([4096, 703, 8193]);
    expect(await server.stop()).toBe(0);
  });
});

test.each(['vpn', 'isdn'])('there is no dialog on a %s port (EM-31)', async (type) => {
  await start('--port-type', type);
  expect(await (await server.call()).closed()).toMatch(/^~\xff/);
  expect(await server.outcome()).toMatchObject({ outcome: 'no-dialog' });
  expect(server.trace().filter((line) => line.call !== undefined)).toEqual([]);
});

describe('faults (EM-29)', () => {
  test.each([
    ['send-error=614', 'Send', 614, 'failure'],
    ['send-error=614@3', 'Send', 614, 'failure'],
    ['receive-error=606@2', 'Receive', 606, 'failure'],
  ])('%s', async (fault, functionName, code, outcome) => {
    await start('--fault', fault);
    const caller = await server.call();
    caller.types('alice\r123456\r');
    await caller.closed();
    expect(await server.outcome()).toMatchObject({ outcome });
    const nth = Number(fault.split('@')[1] ?? 1);
    const results = server
      .trace()
      .filter(isCall(functionName))
      .map((line) => line.result);
    expect(results.indexOf(code)).toBe(nth - 1);
    expect(await server.stop()).toBe(0);
  });

  test('getinfo-error, seen when a spurious event makes the DLL ask', async () => {
    await start('--fault', 'spurious-event=0@1', '--fault', 'getinfo-error=601');
    await (await server.call()).closed();
    expect(await server.outcome()).toMatchObject({ outcome: 'failure' });
    expect(server.trace().find(isCall('GetInfo'))).toMatchObject({ result: 601 });
  });

  test.each(['spurious-event=0@2', 'spurious-event=1@2', 'delay-completion=50@2'])(
    '%s does not keep alice out',
    async (fault) => {
      await start('--fault', fault);
      const caller = await server.call();
      await logsIn(caller);
      expect(await caller.closed()).toContain('Welcome');
      expect(await server.stop()).toBe(0);
    },
  );

  test('silent-line: what the caller types is lost, until the Receive times out', async () => {
    await start('--fault', 'silent-line', '--second', '10');
    const caller = await server.call();
    await caller.sees('User name: ');
    caller.types('alice\r');
    await caller.closed();
    expect(await server.outcome()).toMatchObject({ outcome: 'failure', userName: '<none>' });
    expect(server.trace()).toContainEqual(
      expect.objectContaining({ receive: 'timed-out', bytes: 0, lastError: 638 }),
    );
  });

  test.each([
    'hang-up-at-begin',
    'hang-up-at-send',
    'hang-up-at-send@2',
    'hang-up-at-receive',
    'hang-up-at-receive@3',
    'hang-up-after=3',
  ])('%s calls End before Complete, or denies', async (fault) => {
    await start('--fault', fault);
    const caller = await server.call();
    caller.types('alice\r123456\r');
    await caller.closed();
    const { outcome } = await server.outcome();
    expect(['ended', 'failure']).toContain(outcome);
    expect(server.trace()).toContainEqual(
      expect.objectContaining({ line: 'hang-up', by: 'fault' }),
    );
    expect(await server.stop()).toBe(0);
  });

  test.each([
    ['signalled', 'disconnected'],
    ['silent', 'dropped'],
  ])('a lost call under --hangup-event %s has its Receive %s', async (mode, how) => {
    await start('--hangup-event', mode);
    const caller = await server.call();
    await caller.sees('User name: ');
    await server.traced(isCall('Receive'));
    caller.hangUp();
    expect(await server.traced((line) => line['receive'] === how)).toBeDefined();
    expect(await server.outcome()).toMatchObject({
      outcome: expect.stringMatching(/ended|failure/),
    });
    expect(await server.stop()).toBe(0);
  });

  test('stop-after: the server stops as soon as that many calls have been taken', async () => {
    await start('--fault', 'stop-after=2', '--hangup-event', 'silent');
    const callers = [await server.call(), await server.call()];
    for (const caller of callers) await caller.closed();
    expect(await server.exited).toBe(0);
    expect(server.trace().filter((line) => line.outcome === 'ended')).toHaveLength(2);
  });
});

test('without --trace-data the trace does not show what is typed', async () => {
  await start();
  const caller = await server.call();
  await logsIn(caller);
  await caller.closed();
  await server.outcome();
  expect(JSON.stringify(server.trace())).not.toContain('123456');
});
