// A security DLL that does not return from Begin or End is named, and keeps neither the other calls
// nor the emulator's end waiting. The security DLL is rule_breaker.dll, which would also block the
// process's own end.
import { RuleBreakerHost } from '../support/rule-breaker';
import type { RasServer, TraceLine } from '../support/ras-server';
import { leaveNoProcess } from '../support/wine-processes';

const SUCCESS = 'complete 1 0 alice CONTOSO';

const host = new RuleBreakerHost();
let server: RasServer;

leaveNoProcess();

async function start(env: Record<string, string>, ...args: string[]): Promise<void> {
  server = await host.start([SUCCESS], {
    env: { DETACH: 'block', ...env },
    args: [
      '--strict',
      // Only what blocks has little time.
      ...['--begin-limit', 'BEGIN_GATE' in env ? '1' : '60'],
      ...['--end-limit', 'BEGIN_GATE' in env ? '60' : '1'],
      ...args,
    ],
  });
}

const isCall = (name: string) => (line: TraceLine) => line.call === `RasSecurityDialog${name}`;
const isReturn = (name: string) => (line: TraceLine) => line.return === `RasSecurityDialog${name}`;
const isRule = (rule: string) => (line: TraceLine) => line.rule === rule;
const isOutcome = (line: TraceLine) => line.outcome !== undefined;

test.each(['inside', 'thread', 'after'])(
  'with --end %s a call whose End never returns is over, and so is the server of one call (SD-27)',
  async (mode) => {
    await start({ END: 'block' }, '--end', mode, '--max-calls', '1');
    await server.call();
    expect(await server.exited).toBe(3);
    expect(server.rules()).toEqual(['end-blocked']);
    expect(server.trace().filter(isOutcome)).toHaveLength(1);
    expect(server.trace().at(-1)).toMatchObject({ stopped: true });
  },
);

test.each([
  ['End', { END: 'block' }, 'end-blocked'],
  ['Begin', { BEGIN_GATE: 'C:\\never' }, 'begin-blocked'],
])(
  'when the parent of the emulator is gone, an %s that never returns does not keep it (SD-27, SD-04)',
  async (name, env, rule) => {
    await start(env);
    await server.call();
    await server.traced(isCall(name));
    expect(await server.stop()).toBe(3);
    expect(server.rules()).toEqual([rule]);
  },
);

test('a stop has each End that never returns named, however many there are (SD-27)', async () => {
  await start({ END: 'block' });
  const CALLS = 40;
  for (let call = 0; call < CALLS; call++) await server.call();
  await server.traced(isReturn('Complete'), CALLS);
  // One after the other would take longer than a stop waits.
  expect(await server.stop()).toBe(3);
  expect(server.rules()).toEqual(Array(CALLS).fill('end-blocked'));
});

test('while an End does not return, its port and the End of others are served, and its late return changes nothing (SD-27)', async () => {
  const gate = host.gate('end');
  await start({ END_GATE: gate.path, DETACH: '' }, '--ports', '1');
  await (await server.call()).closed();
  const blocked = await server.traced(isRule('end-blocked'));
  await (await server.call()).closed();
  await server.outcome(2);
  expect(server.trace().filter(isReturn('End'))).toHaveLength(1);
  gate.open();
  const late = await server.traced(
    (line) => isReturn('End')(line) && line['hPort'] === blocked['hPort'],
  );
  await (await server.call()).closed();
  await server.outcome(3);
  expect(await server.stop()).toBe(3);
  expect(server.rules()).toEqual(['end-blocked']);
  const after = server.trace().slice(server.trace().indexOf(late) + 1);
  expect(after.filter((line) => line['hPort'] === blocked['hPort'])).toEqual([]);
});

test('a Begin over its limit is named begin-blocked while it still runs, and may go on (SD-04, EM-05)', async () => {
  const gate = host.gate('begin');
  await start({ BEGIN_GATE: gate.path, DETACH: '' });
  await server.call();
  const named = await server.traced(isRule('begin-blocked'));
  expect(named).toMatchObject({ violation: 'SD-04', port: 1 });
  expect(server.stderr).toContain(
    'violation of SD-04 (begin-blocked), port 1: RasSecurityDialogBegin',
  );
  expect(server.trace().filter(isReturn('Begin'))).toEqual([]);
  gate.open();
  expect(await server.outcome()).toMatchObject({ outcome: 'success' });
  expect(await server.stop()).toBe(3);
  expect(server.rules()).toEqual(['begin-blocked']);
});

test('a Begin that never returns ends the server of one call (SD-04)', async () => {
  await start({ BEGIN_GATE: 'C:\\never' }, '--max-calls', '1');
  const caller = await server.call();
  expect(await server.exited).toBe(3);
  await caller.closed();
  expect(server.rules()).toEqual(['begin-blocked']);
});
