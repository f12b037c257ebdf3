// How the emulated RAS server begins and ends transactions, and what follows. The security DLL is
// rule_breaker.dll, which follows the commands in the variable DIALOG.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EACH_CALL, type Caller, type RasServer, type TraceLine } from '../support/ras-server';
import { RuleBreakerHost } from '../support/rule-breaker';

const SUCCESS = 'complete 1 0 alice CONTOSO';
const END_MODES = ['inside', 'thread', 'after'];

const host = new RuleBreakerHost();
let server: RasServer;

async function start(
  commands: string[],
  env: Record<string, string> = {},
  ...args: string[]
): Promise<RasServer> {
  server = await host.start(commands, { env, args });
  return server;
}

const isCall = (name: string) => (line: TraceLine) => line.call === `RasSecurityDialog${name}`;
const isReturn = (name: string) => (line: TraceLine) => line.return === `RasSecurityDialog${name}`;

/** Names of the documented functions in the order in which they were called. */
function calls(): string[] {
  return server.trace().flatMap((line) => (line.call ? [line.call.slice(17)] : []));
}

test('while Begin runs no other call is taken, and the time is reported (EM-05)', async () => {
  const gate = host.gate('gate');
  await start(['send hello', SUCCESS], { BEGIN_GATE: gate.path });
  const first = await server.call();
  const second = await server.call();
  await server.traced((line) => line['line'] === 'ring', 2);
  await server.traced((line) => line.call === 'RasSecurityDialogBegin');
  expect(server.trace().filter((line) => line['line'] === 'answered')).toHaveLength(1);
  gate.open();
  await first.closed();
  await second.closed();
  const begun = await server.traced(isReturn('Begin'));
  const answered = await server.traced((line) => line['line'] === 'answered', 2);
  expect(answered.t).toBeGreaterThanOrEqual(begun.t);
  expect(begun).toMatchObject({ result: 0, blockedUs: expect.any(Number) });
});

test('with --end never a verdict ends the call without End, and the port takes the next one', async () => {
  await start([SUCCESS], {}, '--ports', '1', '--strict', '--end', 'never');
  for (const count of [1, 2]) {
    await (await server.call()).closed();
    expect(await server.outcome(count)).toMatchObject({ port: 1, outcome: 'success' });
  }
  expect(server.trace().filter(isCall('End'))).toEqual([]);
  expect(await server.stop()).toBe(0);
});

test('a non-zero Begin ends the call, is logged, and frees the port (EM-06)', async () => {
  await start([], { BEGIN: '1157' }, '--ports', '1');
  for (const count of [1, 2]) {
    await (await server.call()).closed();
    expect(await server.outcome(count)).toMatchObject({
      port: 1,
      outcome: 'begin-refused',
      dwError: 1157,
    });
  }
  expect(server.trace()).toContainEqual(
    expect.objectContaining({ symbol: 'RASLOG_SEC_AUTH_INTERNAL_ERROR', data: 1157 }),
  );
  expect(calls()).toEqual(['Begin', 'Begin']);
});

test('Complete copies the message, whose memory then changes (EM-17)', async () => {
  await start(['complete 2 0 bob FABRIKAM']);
  await (await server.call()).closed();
  expect(await server.outcome()).toMatchObject({ userName: 'bob', domain: 'FABRIKAM' });
});

describe.each(END_MODES)('with --end %s', (mode) => {
  test('End follows Complete, and its non-zero result ends the transaction (EM-19)', async () => {
    await start(['receive 1', SUCCESS], {}, '--end', mode);
    const caller = await server.call();
    await server.traced(isReturn('Begin'));
    caller.types('x');
    await caller.closed();
    await server.outcome();
    expect(calls()).toEqual(['Begin', 'Receive', 'Complete', 'End']);
    const completed = await server.traced(isReturn('Complete'));
    const called = await server.traced(isCall('End'));
    const ended = await server.traced(isReturn('End'));
    expect(ended).toMatchObject({ result: 619 });
    if (mode === 'after') expect(called.t).toBeGreaterThanOrEqual(completed.t);
    else expect(ended.t).toBeLessThanOrEqual(completed.t);
    expect(ended['thread'] === completed['thread']).toBe(mode === 'inside');
    expect(server.rules()).toEqual([]);
  });

  test('a Complete while Begin runs is kept, and End waits for Begin (EM-19)', async () => {
    const gate = host.gate(mode);
    await start([SUCCESS], { BEGIN_LATE_GATE: gate.path }, '--end', mode);
    await server.call();
    await server.traced(isReturn('Complete'));
    expect(calls()).toEqual(['Begin', 'Complete']);
    gate.open();
    expect(await server.outcome()).toMatchObject({ outcome: 'success' });
    const begun = await server.traced(isReturn('Begin'));
    const ended = await server.traced(isCall('End'));
    expect(ended.t).toBeGreaterThanOrEqual(begun.t);
    expect(server.rules()).toEqual([]);
  });

  test('an End of NO_ERROR keeps it open until the second Complete (EM-19)', async () => {
    await start([SUCCESS, 'await-end', SUCCESS], { END: '0' }, '--end', mode);
    await (await server.call()).closed();
    expect(await server.outcome()).toMatchObject({ outcome: 'success' });
    expect(calls()).toEqual(['Begin', 'Complete', 'End', 'Complete']);
    expect(server.rules()).toEqual([]);
  });

  test('a hang-up calls End, and its non-zero result ends the transaction (EM-20)', async () => {
    await start(['send ?', 'receive 1'], {}, '--end', mode);
    const caller = await server.call();
    await caller.sees('?');
    caller.hangUp();
    expect(await server.outcome()).toMatchObject({ outcome: 'ended' });
    expect(server.trace().find(isCall('End'))).toMatchObject({ abnormal: true });
    expect(server.rules()).toEqual([]);
  });

  test('after a hang-up an End of NO_ERROR waits for Complete (EM-20)', async () => {
    const commands = ['send ?', 'receive 1', 'await-end', 'get-info', 'complete 3 619'];
    await start(commands, { END: '0' }, '--end', mode);
    const caller = await server.call();
    await caller.sees('?');
    caller.hangUp();
    expect(await server.outcome()).toMatchObject({ outcome: 'ended' });
    expect(calls().slice(-3)).toEqual(['End', 'GetInfo', 'Complete']);
    expect(server.rules()).toEqual([]);
  });
});

test('with --end-again End is called after the second Complete, too', async () => {
  await start([SUCCESS, 'await-end', SUCCESS], { END: '0' }, '--end-again', '--hold-watchdog', '1');
  await server.call();
  await server.traced(isCall('End'), 2);
  expect(calls()).toEqual(['Begin', 'Complete', 'End', 'Complete', 'End']);
});

test('SUCCESS leads to PPP authentication, which may still refuse (EM-21)', async () => {
  await start([SUCCESS], {}, '--ppp-refuse');
  await (await server.call()).closed();
  await server.traced((line) => line['client'] === 'RASCS_Disconnected');
  const trace = server.trace();
  expect(trace).toContainEqual(expect.objectContaining({ ppp: 'refused' }));
  expect(trace).toContainEqual(
    expect.objectContaining({ symbol: 'RASLOG_AUTH_FAILURE', strings: ['alice', 'port 1'] }),
  );
  expect(trace).not.toContainEqual(expect.objectContaining({ client: 'RASCS_Connected' }));
});

test.each([
  ['FAILURE', 'complete 2 0 bob CONTOSO', 'failure', 'RASLOG_SEC_AUTH_FAILURE', 0],
  ['ERROR', 'complete 3 638', 'error', 'RASLOG_SEC_AUTH_INTERNAL_ERROR', 638],
])('%s hangs up and is logged (EM-22)', async (_, verdict, outcome, symbol, data) => {
  await start(['send bye', verdict]);
  const caller = await server.call();
  expect(await caller.closed()).toBe('bye');
  expect(await server.outcome()).toMatchObject({ outcome, dwError: data });
  expect(server.trace()).toContainEqual(expect.objectContaining({ symbol, data }));
});

test.each([
  ['another user', 'name-mismatch', ['--ppp-user', 'mallory']],
  ['the same user in other case', 'authenticated', ['--ppp-user', 'ALICE']],
  [
    'the same user in other case, when case counts,',
    'name-mismatch',
    ['--ppp-user', 'ALICE', '--case-sensitive-names'],
  ],
  [
    'another domain, when it counts,',
    'name-mismatch',
    ['--ppp-user', 'alice', '--ppp-domain', 'FABRIKAM', '--compare-domain'],
  ],
])('PPP with %s is: %s (EM-23)', async (_, ppp, args) => {
  await start([SUCCESS], {}, ...args);
  await (await server.call()).closed();
  await server.traced((line) => line['client'] === 'RASCS_Disconnected');
  const trace = server.trace();
  expect(trace).toContainEqual(
    expect.objectContaining({ ppp, userName: 'alice', pppUser: args[1] }),
  );
  const logged = trace.filter((line) => line['symbol'] === 'RASLOG_AUTH_DIFFUSER_FAILURE');
  expect(logged.map((line) => line['strings'])).toEqual(
    ppp === 'name-mismatch' ? [['alice', args[1]]] : [],
  );
});

test.each([
  ['nt4', 20100],
  ['w2000', 20096],
])('events of %s number the name mismatch %d (EM-30)', async (events, event) => {
  await start([SUCCESS], {}, '--events', events, '--ppp-user', 'mallory');
  await (await server.call()).closed();
  await server.traced((line) => line['client'] === 'RASCS_Disconnected');
  expect(server.trace()).toContainEqual(
    expect.objectContaining({ event, symbol: 'RASLOG_AUTH_DIFFUSER_FAILURE' }),
  );
});

test('a dialog over its time limit is ended like a lost call (EM-32)', async () => {
  await start(['send ?', 'receive 1'], {}, '--dialog-timeout', '1', '--second', '500');
  await (await server.call()).closed();
  expect(await server.outcome()).toMatchObject({ outcome: 'ended' });
  expect(server.trace()).toContainEqual(expect.objectContaining({ deadline: 'dialog' }));
  expect(server.trace().find(isCall('End'))).toMatchObject({ abnormal: true });
});

test('a stop ends the running dialogs in order (EM-29)', async () => {
  await start(['send ?', 'receive 1']);
  const callers = [await server.call(), await server.call()];
  for (const caller of callers) await caller.sees('?');
  expect(await server.stop()).toBe(0);
  expect(server.trace().filter((line) => line.outcome === 'ended')).toHaveLength(2);
});

test('--max-calls ends the server by itself', async () => {
  await start([SUCCESS], {}, '--max-calls', '2');
  await server.call();
  await server.call();
  expect(await server.exited).toBe(0);
});

test('what the file of --each-call says holds for one call alone, and a wrong option is named', async () => {
  await start(['receive 1', SUCCESS], {}, '--end', 'thread');
  const [small, usual] = [
    await server.callWith(['--send-buffer', '7', '--end=inside']),
    await server.call(),
  ];
  for (const caller of [small, usual]) {
    // A Complete inside Begin has its End later, on a thread of the server's.
    await server.tracedOf(caller, isReturn('Begin'));
    caller.types('x');
    await caller.closed();
    await server.outcomeOf(caller);
  }
  const begun = [small, usual].map((caller) => server.traceOf(caller).find(isCall('Begin')));
  expect(begun).toMatchObject([{ sendBufSize: 7 }, { sendBufSize: 1500 }]);
  const endedByComplete = (caller: Caller) => {
    const [end, complete] = ['End', 'Complete'].map((name) =>
      server.traceOf(caller).find(isReturn(name)),
    );
    return end?.['thread'] === complete?.['thread'];
  };
  expect([small, usual].map(endedByComplete)).toEqual([true, false]);

  writeFileSync(join(server.directory, EACH_CALL), '--ports=7\n');
  expect(await (await server.call()).closed()).toBe('');
  expect(server.stderr).toContain(
    `${EACH_CALL}: --ports is an option of the server, not of a call`,
  );
});
