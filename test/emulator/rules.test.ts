// The emulator names every rule of the contract that a security DLL breaks. The security DLL is
// rule_breaker.dll, which follows the commands in the variable DIALOG.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RasServer } from '../support/ras-server';
import { RuleBreakerHost } from '../support/rule-breaker';

const SUCCESS = 'complete 1 0 alice CONTOSO';
const ERROR = 'complete 3 638';

const host = new RuleBreakerHost();
let server: RasServer;

interface Breach {
  readonly statement: string;
  readonly rule: string;
  readonly what: string;
  readonly commands: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** Breaches after which the server goes on. */
const BREACHES: readonly Breach[] = [
  {
    statement: 'EM-24',
    rule: 'complete-twice',
    what: 'Complete twice without a delayed End',
    commands: [SUCCESS, SUCCESS],
  },
  {
    statement: 'EM-24',
    rule: 'complete-twice',
    what: 'Complete three times with a delayed End',
    commands: [SUCCESS, 'await-end', SUCCESS, SUCCESS],
    env: { END: '0' },
  },
  {
    statement: 'EM-24',
    rule: 'unknown-port',
    what: 'Complete with an unknown hPort',
    commands: ['use-port 7', SUCCESS, 'use-port own', SUCCESS],
  },
  {
    statement: 'EM-24',
    rule: 'unknown-port',
    what: 'Send with an unknown hPort',
    commands: ['use-port 7', 'send x', 'use-port own', SUCCESS],
  },
  {
    statement: 'EM-24',
    rule: 'message-id',
    what: 'a dwMsgId of 0',
    commands: ['complete 0 0 alice CONTOSO'],
  },
  {
    statement: 'EM-24',
    rule: 'message-id',
    what: 'a dwMsgId of 4',
    commands: ['complete 4 0 alice CONTOSO'],
  },
  {
    statement: 'EM-24',
    rule: 'error-with-verdict',
    what: 'a dwError with SUCCESS',
    commands: ['complete 1 5 alice CONTOSO'],
  },
  {
    statement: 'EM-24',
    rule: 'error-with-verdict',
    what: 'a dwError with FAILURE',
    commands: ['complete 2 5 alice CONTOSO'],
  },
  {
    statement: 'EM-24',
    rule: 'error-without-code',
    what: 'ERROR with a dwError of 0',
    commands: ['complete 3 0'],
  },
  {
    statement: 'EM-24',
    rule: 'error-without-code',
    what: 'ERROR with PENDING',
    commands: ['complete 3 600'],
  },
  {
    statement: 'EM-24',
    rule: 'empty-user',
    what: 'no UserName with SUCCESS',
    commands: ['complete 1 0'],
  },
  {
    statement: 'EM-24',
    rule: 'empty-user',
    what: 'no UserName with FAILURE',
    commands: ['complete 2 0'],
  },
  {
    statement: 'EM-24',
    rule: 'unterminated-name',
    what: 'a UserName without NUL',
    commands: ['complete-unterminated user'],
  },
  {
    statement: 'EM-24',
    rule: 'unterminated-name',
    what: 'a Domain without NUL',
    commands: ['complete-unterminated domain'],
  },
  {
    statement: 'SD-08',
    rule: 'null-message',
    what: 'Complete without a message',
    commands: ['complete-nothing', SUCCESS],
  },
  {
    statement: 'SD-06',
    rule: 'begin-pending',
    what: 'PENDING from Begin',
    commands: [],
    env: { BEGIN: '600' },
  },
  {
    statement: 'EM-18',
    rule: 'call-after-complete',
    what: 'Send after Complete',
    commands: [SUCCESS, 'send-length 1'],
  },
  {
    statement: 'EM-18',
    rule: 'call-after-complete',
    what: 'Receive after Complete',
    commands: [SUCCESS, 'receive 1'],
  },
  {
    statement: 'EM-18',
    rule: 'call-after-complete',
    what: 'GetInfo after Complete',
    commands: [SUCCESS, 'get-info'],
  },
  {
    statement: 'EM-20',
    rule: 'never-completed',
    what: 'a delayed End that no Complete follows',
    commands: [SUCCESS],
    env: { END: '0' },
    args: ['--hold-watchdog', '1'],
  },
  {
    statement: 'EM-20',
    rule: 'never-completed',
    what: 'a delayed End of a lost call that no Complete follows',
    commands: [],
    env: { END: '0' },
    args: ['--fault', 'hang-up-at-begin', '--hold-watchdog', '1'],
  },
  {
    statement: 'EM-06',
    rule: 'call-after-refusal',
    what: 'GetInfo after Begin has refused',
    commands: ['await-invalid'],
    env: { BEGIN: '1157' },
  },
  {
    statement: 'SD-26',
    rule: 'call-after-end',
    what: 'GetInfo after End has ended a lost call',
    commands: ['await-end', 'await-invalid'],
    args: ['--fault', 'hang-up-at-begin', '--crossing', '0'],
  },
  {
    statement: 'SD-16',
    rule: 'foreign-buffer',
    what: 'a Send from another buffer',
    commands: ['send-foreign', SUCCESS],
  },
  {
    statement: 'SD-16',
    rule: 'foreign-buffer',
    what: 'a Receive into another buffer',
    commands: ['receive-foreign', SUCCESS],
  },
  {
    statement: 'SD-16',
    rule: 'send-length',
    what: 'a Send longer than the buffer',
    commands: ['send-length 1501', SUCCESS],
  },
  {
    statement: 'SD-17',
    rule: 'receive-length',
    what: 'a Receive longer than the buffer',
    commands: ['receive 1501', SUCCESS],
  },
  {
    statement: 'SD-22',
    rule: 'receive-overlap',
    what: 'a second Receive while one is outstanding',
    commands: ['start-receive 1', 'start-receive 1', SUCCESS],
  },
  {
    statement: 'EM-13',
    rule: 'event-invalid',
    what: 'a Receive without an event',
    commands: ['receive-without-event', SUCCESS],
  },
  {
    statement: 'EM-07',
    rule: 'write-before-buffer',
    what: 'a write in front of the send buffer',
    commands: ['poke send -1', SUCCESS],
  },
  {
    statement: 'EM-07',
    rule: 'write-before-buffer',
    what: 'a write in front of the receive buffer',
    commands: ['poke receive -100', ERROR],
  },
];

test.each(BREACHES)(
  '$what is named $rule ($statement), and --strict fails',
  async ({ statement, rule, commands, env, args }) => {
    server = await host.start(commands, {
      args: ['--strict', ...(args ?? [])],
      ...(env && { env }),
    });
    await (await server.call()).closed();
    await server.traced((line) => line['violation'] !== undefined);
    expect(await server.stop()).toBe(3);
    expect(new Set(server.rules())).toEqual(new Set([rule]));
    expect(server.trace()).toContainEqual(
      expect.objectContaining({ violation: statement, rule, detail: expect.any(String) }),
    );
    expect(server.stderr).toContain(`violation of ${statement} (${rule})`);
  },
);

/** Breaches by a Complete that comes long after. */
const LATE_COMPLETES: readonly [string, string, string, Record<string, string>, string[]][] = [
  ['EM-06', 'call-after-refusal', 'Begin has refused', { BEGIN: '1157' }, []],
  [
    'SD-26',
    'call-after-end',
    'a lost call',
    {},
    ['--fault', 'hang-up-at-begin', '--crossing', '0'],
  ],
];

test.each(LATE_COMPLETES)(
  '%s: %s: Complete after %s is named',
  async (statement, rule, _, env, args) => {
    const gate = host.gate(rule);
    server = await host.start([`await-file ${gate.path}`, SUCCESS], {
      args: ['--strict', ...args],
      env,
    });
    await server.call();
    await server.outcome();
    gate.open();
    const violation = await server.traced((line) => line['violation'] !== undefined);
    expect(violation).toMatchObject({ violation: statement, rule });
    expect(violation['detail']).toContain('RasSecurityDialogComplete: ');
    expect(await server.stop()).toBe(3);
  },
);

test('EM-06: call-after-refusal: Complete before Begin refuses is named', async () => {
  const gate = host.gate('refusal');
  server = await host.start([SUCCESS], {
    args: ['--strict'],
    env: { BEGIN: '1157', BEGIN_LATE_GATE: gate.path },
  });
  await server.call();
  await server.traced((line) => line.return === 'RasSecurityDialogComplete');
  gate.open();
  expect(await server.outcome()).toMatchObject({ outcome: 'begin-refused' });
  expect(await server.stop()).toBe(3);
  expect(server.rules()).toEqual(['call-after-refusal']);
});

const END_BLOCKED = 'end-blocked';

test('an End that does not return is named end-blocked (SD-27), and --strict fails', async () => {
  server = await host.start([SUCCESS], {
    args: ['--strict', '--end-limit', '1', '--hold-watchdog', '1'],
    env: { END: 'block' },
  });
  await server.call();
  await server.traced((line) => line.rule === END_BLOCKED);
  expect(await server.stop()).toBe(3);
});

/** Breaches that no process survives. */
const CRASHES: readonly [string, string, string, string[]][] = [
  ['EM-07', 'touch-behind-buffer', 'a byte behind the send buffer', ['poke send 1500']],
  ['EM-07', 'touch-behind-buffer', 'a byte behind the receive buffer', ['poke receive 1500']],
  ['EM-18', 'touch-after-complete', 'the send buffer after Complete', [SUCCESS, 'poke send 0']],
  [
    'EM-18',
    'touch-after-complete',
    'the receive buffer after Complete',
    [SUCCESS, 'poke receive 1499'],
  ],
];

test.each(CRASHES)(
  '%s: %s: %s crashes the server, which names the rule',
  async (statement, rule, _, commands) => {
    server = await host.start(commands);
    await server.call();
    expect(await server.exited).not.toBe(0);
    expect(server.rules()).toEqual([rule, 'crash']);
    expect(server.stderr).toContain(`violation of ${statement} (${rule})`);
  },
);

test('without --strict a broken rule is reported, and the exit code is 0', async () => {
  server = await host.start(['complete 1 5 alice CONTOSO']);
  await (await server.call()).closed();
  expect(await server.stop()).toBe(0);
  expect(server.rules()).toEqual(['error-with-verdict']);
});

test.each([
  ['a call that crosses an End', ['await-end', 'await-invalid', SUCCESS], {}],
  ['a verdict that crosses a held End', ['await-end', SUCCESS, SUCCESS], { END: '0' }],
])('%s breaks no rule', async (_, commands, env: Record<string, string>) => {
  server = await host.start(commands, {
    args: ['--strict', '--fault', 'hang-up-at-begin', '--crossing', '60000'],
    env,
  });
  await server.call();
  const calls = commands.filter((command) => command === SUCCESS).length;
  await server.traced((line) => line.return === 'RasSecurityDialogComplete', calls);
  expect(await server.stop()).toBe(0);
  expect(server.rules()).toEqual([]);
});

/** In blocking.test.ts, silence.test.ts, crash.test.ts, grades.test.ts and stopped-service.test.ts. */
const BROKEN_ELSEWHERE = [
  'begin-blocked SD-04',
  'complete-overdue SD-07',
  'crash SD-33',
  'unwiped-buffers SD-32',
  'send-without-receive SD-22',
  'crossed-end SD-26',
  'complete-while-stopping SD-24',
  'call-after-stop SD-26',
  'crossed-stop SD-26',
];

test('every rule that the emulator has is broken by a test above, and named by its own statement', () => {
  const source = readFileSync(
    resolve(__dirname, '../../native/emulator/portable/rules.cc'),
    'utf8',
  );
  const rules = [...source.matchAll(/\{Rule::k(\w+),\s*"([\w-]+)",\s*"((?:SD|EM)-\d\d)"/g)];
  const named = rules.map(([, , name, statement]) => `${name} ${statement}`);
  expect(rules).toHaveLength(source.match(/\{Rule::/g)?.length ?? 0);
  const broken = [
    ...BREACHES.map(({ rule, statement }) => `${rule} ${statement}`),
    ...[...LATE_COMPLETES, ...CRASHES].map(([statement, rule]) => `${rule} ${statement}`),
    `${END_BLOCKED} SD-27`,
    ...BROKEN_ELSEWHERE,
  ];
  expect(new Set(broken)).toEqual(new Set(named));
});
