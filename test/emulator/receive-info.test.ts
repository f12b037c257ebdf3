// What a Receive and GetInfo may tell a security DLL otherwise than it stands in the documents. The
// security DLL is rule_breaker.dll, which follows the commands in the variable DIALOG.
import { RuleBreakerHost } from '../support/rule-breaker';

const VERDICT = 'complete 1 0 alice CONTOSO';
const AVAILABLE = ['--receive', 'available'];
/** Longer than any test lasts. */
const FOR_EVER = '600000';

const host = new RuleBreakerHost();

/** Says what the length word and GetInfo tell as soon as the event of a Receive is signalled. */
function told(length: number, seconds = 0): string[] {
  return [`receive ${length} ${seconds}`, 'get-info', 'send-received', 'send-info'];
}

test.each([
  ['without any of them', [], '[2:ab]{0,2,', '[1:c]{0,1,'],
  ['with --late-info MS', ['--late-info', FOR_EVER], '[2:ab]{600,0,', '[1:c]{600,0,'],
  [
    'with --late-info MS,previous',
    ['--late-info', `${FOR_EVER},previous`],
    '[2:ab]{0,0,',
    '[1:c]{0,2,',
  ],
  ['with --length-word untouched', ['--length-word', 'untouched'], '[3:ab\0]{0,2,', '[1:c]{0,1,'],
  ['with --bytes-received zero', ['--bytes-received', 'zero'], '[2:ab]{0,0,', '[1:c]{0,0,'],
])(
  '%s a Receive of three for two, and then of one, tells what the option says',
  async (_, args, first, second) => {
    const commands = ['send ?', ...told(3), ...told(1), VERDICT];
    const server = await host.start(commands, { args: [...AVAILABLE, ...args] });
    const caller = await server.call();
    await caller.sees('?');
    caller.types('ab');
    await caller.sees(first);
    caller.types('c');
    await caller.sees(second);
    expect(await server.outcome()).toMatchObject({ outcome: 'success' });
    expect(server.rules()).toEqual([]);
  },
);

test('while a Receive runs, GetInfo says so whatever it says afterwards (EM-15)', async () => {
  const commands = ['send ?', ...told(1), 'start-receive 1', 'get-info', 'wait-receive'];
  const server = await host.start([...commands, 'send-info', VERDICT], {
    args: ['--late-info', `${FOR_EVER},previous`],
  });
  const caller = await server.call();
  await caller.sees('?');
  caller.types('a');
  await server.traced((line) => line.call === 'RasSecurityDialogGetInfo', 2);
  caller.types('b');
  await caller.sees('{0,0,');
  await caller.sees('{600,0,');
});

test.each(['1', '200', '200,previous'])(
  'with --late-info %s GetInfo tells the truth in the end, and no event says so',
  async (late) => {
    const commands = ['send ?', 'receive 1', 'await-info 0 1', 'send-info', VERDICT];
    const server = await host.start(commands, { args: ['--late-info', late] });
    const caller = await server.call();
    await caller.sees('?');
    caller.types('a');
    await caller.sees('{0,1,');
    const receives = server.trace().filter((line) => line['receive'] !== undefined);
    expect(receives).toHaveLength(1);
  },
);

test('an early event tells of a Receive that still runs, and another one of its end', async () => {
  const commands = ['send ?', 'start-receive 1', 'wait-receive', 'get-info', 'wait-receive'];
  const server = await host.start([...commands, 'send-received', 'send-info', VERDICT], {
    args: ['--fault', 'early-event=20'],
  });
  const caller = await server.call();
  const look = await server.traced((line) => line.call === 'RasSecurityDialogGetInfo');
  expect(look).toMatchObject({ result: 0, lastError: 600, bytesReceived: 0 });
  caller.types('a');
  await caller.sees('[1:a]{600,0,');
  expect(await server.outcome()).toMatchObject({ outcome: 'success' });
  const receives = server.trace().flatMap((line) => line['receive'] ?? []);
  expect(receives).toEqual(['early', 'completed']);
  expect(server.rules()).toEqual([]);
});

test('the length of a Receive that times out is untouched, too, and GetInfo tells the error', async () => {
  const server = await host.start(['send ?', ...told(3, 1), VERDICT], {
    args: ['--length-word', 'untouched', '--second', '1'],
  });
  await (await server.call()).sees('[3:\0\0\0]{638,0,');
});

test('all three hold for one call alone when the file of --each-call says them', async () => {
  const server = await host.start(['send ?', ...told(3), VERDICT], { args: AVAILABLE });
  const odd = await server.callWith([
    `--late-info=${FOR_EVER}`,
    '--length-word=untouched',
    '--bytes-received=zero',
  ]);
  const usual = await server.call();
  for (const caller of [odd, usual]) {
    await caller.sees('?');
    caller.types('ab');
  }
  await odd.sees('[3:ab\0]{600,0,');
  await usual.sees('[2:ab]{0,2,');
});
