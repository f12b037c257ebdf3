import { dial } from 'rasshost/testing';
import { CASES, DOMAIN, type ContractCase } from './cases';
import policy from './policy';

const FUNCTIONS = { receive: 'RasSecurityDialogReceive', send: 'RasSecurityDialogSend' } as const;

describe.each(['exact', 'available'] as const)('simulated Rasman, receive %s', (receive) => {
  test.each(CASES.map((c) => [c.id, c.statement, c] as const))('%s: %s', async (_id, _s, c) => {
    const { reports, outcome } = await play(c, receive);
    expect(reports.map(({ cause }) => cause)).toEqual([undefined]);
    expect(outcome).toEqual(
      c.outcome ?? { outcome: 'success', userName: c.id, domain: DOMAIN, dwError: 0 },
    );
  });
});

async function play({ id, fault, caller: script }: ContractCase, receive: 'exact' | 'available') {
  const failures = fault ? [{ ...fault, call: FUNCTIONS[fault.call] }] : [];
  const caller = dial(policy, { receive, failures });
  caller.types(`${id}\r`);
  await script?.(caller);
  return { reports: caller.reports, outcome: await caller.outcome() };
}
