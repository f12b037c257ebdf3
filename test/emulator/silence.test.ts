// A dialog in which nothing happens any more, and Complete does not come. The security DLL is
// rule_breaker.dll, which follows the commands in the variable DIALOG.
import { RuleBreakerHost } from '../support/rule-breaker';

const SUCCESS = 'complete 1 0 alice CONTOSO';
const ARGS = ['--strict', '--complete-limit', '1', '--max-calls', '1'];

const host = new RuleBreakerHost();

test.each([
  ['gives up after a Receive has failed', ['receive 1']],
  ['waits for the event of a Receive that has failed (SD-14)', ['start-receive 1', 'wait-receive']],
])(
  'a DLL that %s is named complete-overdue (SD-07), and the dialog is ended',
  async (_, commands) => {
    const server = await host.start(commands, {
      args: [...ARGS, '--fault', 'receive-error=619'],
    });
    const caller = await server.call();
    await caller.closed();
    expect(await server.exited).toBe(3);
    expect(server.rules()).toEqual(['complete-overdue']);
    expect(server.trace()).toContainEqual(
      expect.objectContaining({
        violation: 'SD-07',
        port: 1,
        detail: expect.stringMatching(/last call: RasSecurityDialogReceive$/),
      }),
    );
    expect(server.trace().find(({ call }) => call === 'RasSecurityDialogEnd')).toMatchObject({
      abnormal: true,
    });
    expect(await server.outcome()).toMatchObject({ outcome: 'ended' });
  },
);

test('a DLL that waits for its caller longer than --complete-limit breaks no rule (SD-07)', async () => {
  const server = await host.start(['receive 1 3', SUCCESS], { args: ARGS });
  await server.call();
  expect(await server.exited).toBe(0);
  expect(server.rules()).toEqual([]);
  expect(server.trace()).toContainEqual(expect.objectContaining({ receive: 'timed-out' }));
});
