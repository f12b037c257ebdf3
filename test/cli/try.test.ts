import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { CapturedIo, NOTHING_WRONG } from '../support/captured-io';

const POLICY = 'examples/passcode.ts';

async function run(...args: string[]) {
  const io = new CapturedIo();
  const code = await main(['try', ...args], io, new AbortController().signal);
  return { code, out: io.out.replaceAll('\r', ''), err: io.err };
}

/** The six documented functions, in the order in which a dialog uses them first. */
const ORDER = ['Begin', 'GetInfo', 'Send', 'Receive', 'Complete', 'End'];

test.each([
  ['through the emulator', []],
  ['with a simulated RAS server', ['--simulated']],
])('try plays the answers %s and shows dialog, calls and outcome', async (_how, options) => {
  const { code, out, err } = await run(...options, POLICY, 'alice', '123456');
  expect(code).toBe(0);
  expect(err).toMatch(NOTHING_WRONG);
  expect(out).toContain('User name: alice\nPasscode: \nWelcome.\n');
  expect(out).toMatch(/RasSecurityDialogSend +600 PENDING +length=28/);
  expect(out).toMatch(/RasSecurityDialogEnd +619 ERROR_PORT_DISCONNECTED/);
  expect(out).toMatch(/\ncall 1: success CONTOSO\\alice, \d+\.\d s\n$/);
  const calls = [...out.matchAll(/RasSecurityDialog(\w+)/g)].map(([, name = '']) => name);
  expect([calls[0], ...calls.slice(-2)]).toEqual(['Begin', 'Complete', 'End']);
  expect(new Set(calls)).toEqual(new Set(ORDER));
});

test('try exits with 0 when the policy refuses the caller: that is a verdict too', async () => {
  const { code, out } = await run('--simulated', POLICY, 'alice', '1');
  expect([code, out]).toEqual([0, expect.stringContaining('call 1: failure CONTOSO\\alice, ')]);
});

test('try hangs up at a prompt for which it has no answer, and exits with 1', async () => {
  const { code, out } = await run('--simulated', POLICY, 'alice');
  expect([code, out]).toEqual([
    1,
    expect.stringContaining('call 1: error 619 ERROR_PORT_DISCONNECTED (the caller hung up), '),
  ]);
});

test('try without a terminal and without answers says what it needs', async () => {
  expect(await run(POLICY)).toEqual({
    code: 2,
    out: '',
    err: expect.stringContaining('give the ANSWERS'),
  });
});

test('try where the Windows programs cannot be set up says so in one line and simulates RAS', async () => {
  const { PATH: path, RASSHOST_WINE_HOME: home } = process.env;
  process.env['PATH'] = '/nowhere';
  const empty = mkdtempSync(join(tmpdir(), 'rasshost-test-'));
  process.env['RASSHOST_WINE_HOME'] = empty;
  try {
    const { code, out, err } = await run(POLICY, 'bob', '654321');
    expect([code, out]).toEqual([0, expect.stringContaining('call 1: success CONTOSO\\bob, ')]);
    expect(err).toMatch(
      /^the Windows binaries can't run here, so RAS is simulated \(.*npm.*\)\n$/m,
    );
  } finally {
    process.env['PATH'] = path;
    if (home === undefined) delete process.env['RASSHOST_WINE_HOME'];
    else process.env['RASSHOST_WINE_HOME'] = home;
    rmSync(empty, { recursive: true });
  }
});
