import { dial, type DialOptions } from 'rasshost/testing';
import { casesFor, type ServerKind } from './cases';
import { expectOutcome } from './expect-outcome';
import policy from './policy';

const SERVERS: Readonly<Record<ServerKind, DialOptions>> = {
  usual: {},
  available: { receive: 'available' },
  tiny: { sendBufferSize: 1, receiveBufferSize: 1 },
  'silent-hang-up': { hangUpEvent: 'silent' },
};

describe.each(Object.entries(SERVERS))('simulated Rasman, %s', (kind, options) => {
  const cases = casesFor(kind as ServerKind);
  test.each(cases.map((c) => [c.id, c.statement, c] as const))('%s: %s', async (_id, _s, c) => {
    const caller = dial(policy, options);
    caller.types(`${c.id}\r`);
    await c.caller(caller);
    expectOutcome(c, await caller.outcome());
    expect(caller.output).toBe(c.transcript);
    expect(caller.violations).toEqual([]);
  });
});
