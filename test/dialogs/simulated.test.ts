import { dial, type DialOptions } from 'rasshost/testing';
import { casesFor, type ServerKind } from './cases';
import { DialledLine } from './dialled-line';
import { expectOutcome } from './expect-outcome';
import policy from './policy';
import { runScript } from './run-script';

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
    await c.caller({
      types: (keys) => caller.types(keys),
      sees: (text) => caller.sees(text),
      hangsUp: () => caller.hangsUp(),
      runs: (script, credentials) => runScript(new DialledLine(caller), script, credentials),
    });
    expectOutcome(c, await caller.outcome());
    expect(caller.output).toBe(c.transcript);
    expect(caller.violations).toEqual([]);
  });
});
