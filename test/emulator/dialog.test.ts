// What the emulated RAS server does while a security DLL talks to the caller. The security DLL is
// rule_breaker.dll, which follows the commands in the variable DIALOG.
import type { Caller, RasServer } from '../support/ras-server';
import { RuleBreakerHost } from '../support/rule-breaker';

const PENDING = 600;
const VERDICT = 'complete 1 0 alice CONTOSO';

const host = new RuleBreakerHost();
let server: RasServer;

/** A call that is answered with the given commands. */
async function dial(commands: string[], ...args: string[]): Promise<Caller> {
  server = await host.start(commands, { args });
  return server.call();
}

function results(functionName: string): (number | undefined)[] {
  return server
    .trace()
    .filter((line) => line.call === functionName)
    .map((line) => line.result);
}

test('Begin comes before anything of PPP (EM-04)', async () => {
  const caller = await dial(['send hello', VERDICT]);
  const output = await caller.closed();
  expect(output).toMatch(/^hello~\xff}#/);
  const trace = server.trace();
  const begin = trace.findIndex((line) => line.call === 'RasSecurityDialogBegin');
  const ppp = trace.findIndex((line) => line['ppp'] !== undefined);
  expect(begin).toBeGreaterThanOrEqual(0);
  expect(ppp).toBeGreaterThan(begin);
});

test('Send and Receive return PENDING, and the event follows (EM-08)', async () => {
  const caller = await dial(['send ?', 'send-result', 'receive 1', 'send-result', VERDICT]);
  caller.types('x');
  await caller.sees('?<600><600>');
  await server.outcome();
  expect(results('RasSecurityDialogSend')).toEqual([PENDING, PENDING, PENDING]);
  expect(results('RasSecurityDialogReceive')).toEqual([PENDING]);
});

test('Send delivers exactly its bytes, of any value, without a terminator (EM-09)', async () => {
  const values = Array.from({ length: 256 }, (_, i) => i);
  const bytes = values.map((value) => String.fromCharCode(value)).join('');
  const script = values.map((value) => `%${value.toString(16).padStart(2, '0')}`).join('');
  const caller = await dial([`send ${script}`, 'send <end>', 'receive 1']);
  await caller.sees('<end>');
  expect(caller.output).toBe(`${bytes}<end>`);
});

test('Send of no bytes delivers none (EM-09)', async () => {
  const caller = await dial(['send-length 0', 'send-result', 'receive 1']);
  await caller.sees('<600>');
  expect(caller.output).toBe('<600>');
});

test('Receive writes two bytes of length and nothing behind them (EM-10)', async () => {
  const caller = await dial(['receive 3', 'send-canary', 'send-received', VERDICT]);
  caller.types('abc');
  await caller.sees('intact[3:abc]');
});

test('in exact mode a Receive waits for all its bytes (EM-11)', async () => {
  const caller = await dial(
    ['send ?', 'receive 3', 'send-received', VERDICT],
    '--receive',
    'exact',
  );
  await caller.sees('?');
  caller.types('a');
  await server.traced((line) => line['line'] === 'input');
  caller.types('bc');
  await caller.sees('[3:abc]');
});

test('in available mode a Receive takes what there is (EM-11)', async () => {
  const caller = await dial(['send ?', 'receive 3', 'send-received'], '--receive', 'available');
  await caller.sees('?');
  caller.types('a');
  await caller.sees('[1:a]');
});

test.each(['exact', 'available'])(
  'in %s mode surplus input is kept for the next Receive, in order (EM-12)',
  async (mode) => {
    const step = ['receive 2', 'send-received'];
    const caller = await dial(['send ?', ...step, ...step, ...step, VERDICT], '--receive', mode);
    await caller.sees('?');
    caller.types('abcdef');
    await caller.sees('[2:ab][2:cd][2:ef]');
  },
);

test('64 KiB of type-ahead are kept, and more waits at the caller, without loss (EM-12)', async () => {
  const piece = 50_000;
  const pieces = 4;
  const typed = '0123456789'.repeat((piece * pieces) / 10);
  const gate = host.gate('gate');
  const receive = [`receive ${piece}`, 'send-result'];
  server = await host.start([...Array.from({ length: pieces }, () => receive).flat(), VERDICT], {
    args: ['--receive-buffer', '65535', '--trace-data'],
    env: { BEGIN_GATE: gate.path },
  });
  const caller = await server.call();
  caller.types(typed);
  const inputs = () => server.trace().filter((line) => line['line'] === 'input');
  const kept = () => inputs().reduce((sum, line) => sum + Number(line['bytes']), 0);
  await server.traced(() => kept() >= 65_536);
  expect(kept()).toBeLessThan(65_536 + 4096);
  gate.open();
  await caller.sees('<600>'.repeat(pieces));
  await server.outcome();
  expect(
    inputs()
      .map((line) => line['data'])
      .join(''),
  ).toBe(typed);
  const received = server.trace().filter((line) => line['receive'] === 'completed');
  expect(received.map((line) => line['bytes'])).toEqual(Array(pieces).fill(piece));
});

test('at a time-out the event comes with 0 bytes, and what was typed is kept (EM-13)', async () => {
  const caller = await dial(
    [
      'send ?',
      'receive 3 1',
      'send-received',
      'get-info',
      'send-info',
      'receive 2',
      'send-received',
    ],
    '--second',
    '300',
  );
  await caller.sees('?');
  caller.types('ab');
  await caller.sees('[0:]{638,0,');
  await caller.sees('[2:ab]');
});

test('a Timeout of 0 means no limit (EM-13)', async () => {
  const caller = await dial(
    ['send ?', 'receive 1 0', 'send-received', 'receive 1 1', 'send-received'],
    '--second',
    '1',
  );
  await caller.sees('?');
  caller.types('a');
  await caller.sees('[1:a]');
  await caller.sees('[0:]');
});

test('when the event is set, buffer, length and state are there (EM-14)', async () => {
  const steps = Array.from({ length: 50 }, () => [
    'receive 1',
    'get-info',
    'send-received',
    'send-info',
  ]);
  const caller = await dial([...steps.flat(), VERDICT]);
  for (let i = 0; i < steps.length; ++i) {
    caller.types('k');
    await caller.sees('[1:k]{0,1,');
  }
});

test('GetInfo tells what the last Receive is doing (EM-15)', async () => {
  const caller = await dial(
    [
      ...['send ?', 'start-receive 1 0', 'get-info', 'wait-receive', 'send-info'],
      ...['get-info', 'send-info', 'receive 1 1', 'get-info', 'send-info'],
    ],
    '--second',
    '50',
    '--device-name',
    'd'.repeat(128),
    '--timeout-error',
    '777',
  );
  await caller.sees('?');
  await server.traced((line) => line.call === 'RasSecurityDialogGetInfo');
  caller.types('a');
  const device = 'd'.repeat(128);
  await caller.sees(`{600,0,${device}}{0,1,${device}}{777,0,${device}}`);
});

test('the server wants no Send before the first Receive, nor a Receive after the last Send (EM-26)', async () => {
  const caller = await dial(['receive 1', 'send-received', 'send bye', VERDICT]);
  caller.types('x');
  expect(await caller.closed()).toMatch(/^\[1:x\]bye~\xff/);
  expect(server.rules()).toEqual([]);
});

test('with --lossy-send a Send is delivered with the Receive that follows it, or never', async () => {
  const caller = await dial(['send one', 'receive 1', 'send two', VERDICT], '--lossy-send');
  await caller.sees('one');
  caller.types('x');
  expect(await caller.closed()).toMatch(/^one~\xff/);
});

test.each([
  ['what was sent', [], 'two'],
  ['zeros when the buffer has been wiped meanwhile', ['wipe'], '\0\0\0'],
])(
  'with --late-send a Send that no Receive follows is delivered at Complete: %s (SD-22)',
  async (_, wipe, last) => {
    const commands = ['send one', 'receive 1', 'send and-', 'send two', ...wipe, VERDICT];
    const caller = await dial(commands, '--late-send');
    await caller.sees('one');
    caller.types('x');
    const output = await caller.closed();
    expect(output.slice(0, output.indexOf('~'))).toBe(`oneand-${last}`);
    expect(server.warnings()).toContain('send-without-receive');
  },
);

test('with --late-send a Send that a Receive follows is delivered with it, as it was', async () => {
  const caller = await dial(['send one', 'receive 1', 'wipe', VERDICT], '--late-send');
  await caller.sees('one');
  caller.types('x');
  expect(await caller.closed()).toMatch(/^one~\xff/);
  expect(server.warnings()).toEqual([]);
});

test.each([
  ['a Send while a Receive runs', ['start-receive 1', 'send x'], 'RasSecurityDialogSend', 616],
  ['a Send longer than the buffer', ['send-length 1501'], 'RasSecurityDialogSend', 603],
  ['a Send from elsewhere', ['send-foreign'], 'RasSecurityDialogSend', 610],
  ['a Receive into elsewhere', ['receive-foreign'], 'RasSecurityDialogReceive', 610],
  ['a Receive longer than the buffer', ['receive 1501'], 'RasSecurityDialogReceive', 603],
  ['a Receive on an unknown port', ['use-port 7', 'receive 1'], 'RasSecurityDialogReceive', 601],
])('%s is refused with the code of its kind', async (_, commands, functionName, code) => {
  const caller = await dial([...commands, 'use-port own', VERDICT]);
  await caller.closed();
  expect(results(functionName).at(-1)).toBe(code);
});

test('a buffer of one byte serves (EM-07)', async () => {
  const caller = await dial(
    ['send a', 'receive 1', 'send b', VERDICT],
    ...['--send-buffer', '1', '--receive-buffer', '1'],
  );
  await caller.sees('a');
  caller.types('x');
  await caller.sees('b');
  const begin = await server.traced((line) => line.call === 'RasSecurityDialogBegin');
  expect(begin).toMatchObject({ sendBufSize: 1, recvBufSize: 1 });
});
