// What is no violation is a warning or a note, and does not fail --strict. The security DLL is
// rule_breaker.dll, which follows the commands in the variable DIALOG.
import { RuleBreakerHost } from '../support/rule-breaker';

const SUCCESS = 'complete 1 0 alice CONTOSO';

const host = new RuleBreakerHost();

test.each([
  {
    grade: 'warning',
    statement: 'SD-32',
    rule: 'unwiped-buffers',
    what: 'a prompt that is still in the send buffer at Complete',
    commands: ['send hello', 'start-receive 1', SUCCESS],
    args: [],
  },
  {
    grade: 'warning',
    statement: 'SD-32',
    rule: 'unwiped-buffers',
    what: 'an answer that is still in the receive buffer at Complete',
    commands: ['receive 1', SUCCESS],
    args: [],
  },
  {
    grade: 'warning',
    statement: 'SD-22',
    rule: 'send-without-receive',
    what: 'a Complete while the last Send has had no Receive',
    commands: ['send hello', 'wipe', SUCCESS],
    args: [],
  },
  {
    grade: 'note',
    statement: 'SD-26',
    rule: 'crossed-end',
    what: 'a GetInfo that may have crossed End',
    commands: ['await-end', 'await-invalid'],
    args: ['--fault', 'hang-up-at-begin', '--crossing', '60000'],
  },
])(
  '$what is a $grade, $rule ($statement), with which --strict does not fail',
  async ({ grade, statement, rule, commands, args }) => {
    const server = await host.start(commands, { args: ['--strict', ...args] });
    const caller = await server.call();
    caller.types('x');
    const named = await server.traced((line) => line.rule !== undefined);
    expect(named).toMatchObject({ [grade]: statement, rule, port: 1, detail: expect.any(String) });
    await server.outcome();
    expect(await server.stop()).toBe(0);
    expect(server.rules()).toEqual([]);
    expect(server.warnings()).toEqual(grade === 'warning' ? [rule] : []);
    expect(server.stderr).toContain(`${grade} about ${statement} (${rule}), port 1: `);
    expect(server.trace().at(-1)).toMatchObject({ stopped: true, rulesBroken: false });
  },
);

test('buffers that are wiped before Complete are worth no warning (SD-32)', async () => {
  const server = await host.start(['send hello', 'receive 1', 'wipe', SUCCESS]);
  const caller = await server.call();
  caller.types('x');
  await server.outcome();
  await server.stop();
  expect(server.warnings()).toEqual([]);
});

test('a Send whose Receive is refused is worth no warning (SD-22)', async () => {
  const server = await host.start(['send hello', 'receive 1', 'wipe', SUCCESS], {
    args: ['--fault', 'receive-error=614'],
  });
  await server.call();
  await server.outcome();
  await server.stop();
  expect(server.warnings()).toEqual([]);
});

test('a Send without a Receive is worth no warning when the caller has hung up (SD-22)', async () => {
  const commands = ['send hello', 'wipe', 'await-end', 'complete 3 619'];
  const server = await host.start(commands, { env: { END: '0' } });
  const caller = await server.call();
  await caller.sees('hello');
  caller.hangUp();
  expect(await server.outcome()).toMatchObject({ outcome: 'ended' });
  await server.stop();
  expect(server.warnings()).toEqual([]);
});
