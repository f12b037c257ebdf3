// A security DLL that crashes is named: exception, place, thread, and the port that it served. The
// security DLL is rule_breaker.dll, which follows the commands in the variable DIALOG.
import { RuleBreakerHost } from '../support/rule-breaker';

const SUCCESS = 'complete 1 0 alice CONTOSO';
const PLACE = 'at rule_breaker\\.dll\\+0x[0-9a-f]+, thread \\d+';
const SEEN = 'last seen with port 1, for which it last called RasSecurityDialog';

const host = new RuleBreakerHost();

interface Crash {
  readonly what: string;
  readonly commands: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly detail: string;
}

const CRASHES: readonly Crash[] = [
  {
    what: 'its own thread of a dialog',
    commands: ['send ?', 'receive 1', 'crash'],
    detail: `0xc0000005 \\(access violation\\) ${PLACE}, ${SEEN}Receive`,
  },
  {
    what: 'Begin',
    commands: [],
    env: { BEGIN: 'crash' },
    detail: `0xc0000005 \\(access violation\\) ${PLACE}, ${SEEN}Begin`,
  },
  {
    what: 'a thread whose stack is used up',
    commands: ['send ?', 'receive 1', 'overflow-stack'],
    detail: `0xc00000fd \\(stack overflow\\) ${PLACE}, ${SEEN}Receive`,
  },
  {
    what: 'GetInfo, given nothing to write to, while the server is locked',
    commands: ['send ?', 'receive 1', 'get-info-into-nothing'],
    detail:
      '0xc0000005 \\(access violation\\) at rasman\\.dll\\+0x[0-9a-f]+, thread \\d+, last seen with port 1$',
  },
  {
    what: 'a thread of a DLL with a filter of its own',
    commands: ['send ?', 'receive 1', 'crash'],
    env: { FILTER: 'begin' },
    detail: `0xc0000005 \\(access violation\\) ${PLACE}, ${SEEN}Receive`,
  },
];

test.each(CRASHES)(
  'a crash in $what is named (SD-33), and --strict fails',
  async ({ commands, env, detail }) => {
    const server = await host.start(commands, { args: ['--strict'], ...(env && { env }) });
    const caller = await server.call();
    if (commands.length > 0) {
      await caller.sees('?');
      // From then on the emulator's own filter is in front again.
      await server.traced((line) => line.return === 'RasSecurityDialogBegin');
      caller.types('x');
    }
    expect(await server.exited).toBe(3);
    expect(server.rules()).toEqual(['crash']);
    const named = server.trace().find((line) => line.rule === 'crash');
    expect(named).toMatchObject({
      violation: 'SD-33',
      port: 1,
      detail: expect.stringMatching(new RegExp(detail)),
    });
    const called = server.trace().findLast((line) => line.call !== undefined);
    expect(named?.['thread']).toBe(called?.['thread']);
    expect(server.stderr).toMatch(
      new RegExp(`violation of SD-33 \\(crash\\), port 1: .*${detail}`, 'm'),
    );
  },
);

test.each([
  ['', {}],
  ['of a DLL whose filter calls the one before it ', { FILTER: 'chain' }],
])(
  'without --strict a crash %sis named once, and ends the process with its own code (SD-33)',
  async (_, env) => {
    const server = await host.start(['crash'], { env });
    await server.call();
    expect((await server.exited) & 0xff).toBe(5);
    expect(server.rules()).toEqual(['crash']);
  },
);

test('an exception that the DLL handles is no crash (SD-33)', async () => {
  const server = await host.start(['raise', SUCCESS], { args: ['--strict', '--max-calls', '1'] });
  await server.call();
  expect(await server.exited).toBe(0);
  expect(server.rules()).toEqual([]);
});
