// Statements about a security DLL (docs/conformance.md) that no other test has for its subject.
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { settingValues } from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import {
  binaryMessage,
  droppedCarrier,
  human,
  plainPpp,
  type CallerProfile,
} from '../support/caller-profiles';
import { servePolicy } from '../support/our-dll';
import {
  localBinary,
  openMachine,
  type Caller,
  type RasServer,
  type TraceLine,
} from '../support/ras-server';
import { serving, sharedServer } from '../support/serving';

const NUMBERED = resolve(__dirname, 'policies/numbered.ts');
const PLACEMENTS = ['worker', 'in-process'] as const;

/** A thread for each of 64 calls would be more than this. */
const MOST_THREADS = 40;

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

async function runScript(name: string, ...args: string[]): Promise<unknown> {
  const script = host.toWindows(resolve(__dirname, 'scripts', name));
  const packageDirectory = host.toWindows(host.packageDirectory);
  const { code, stdout, stderr } = await host.run(host.node, [script, packageDirectory, ...args]);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

async function callersAtThePrompt(to: RasServer, count: number): Promise<Caller[]> {
  const callers = await Promise.all(Array.from({ length: count }, () => to.call()));
  await Promise.all(callers.map((caller) => caller.sees('Number: ')));
  return callers;
}

const isReturn = (name: string) => (line: TraceLine) => line.return === `RasSecurityDialog${name}`;
const isCall = (name: string) => (line: TraceLine) => line.call === `RasSecurityDialog${name}`;

describe('Begin, called by a program of a few lines', () => {
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'rasshost-test-'));
    // Whatever begins is soon completed with an error: there is no worker to be had.
    const settings = { node: 'C:\\nowhere\\node.exe', policy: 'C:\\nowhere\\policy.ts' };
    await host.setRegistry(settingValues(settings, 'C:\\nowhere\\main.js'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('without Rasman.dll refuses with 1157, and Complete is not called (SD-02, SD-03)', async () => {
    expect(await runScript('begin.js', '', '1')).toEqual({
      begun: [{ port: 1, result: 1157, told: null }],
      ended: [619, 619],
    });
  });

  test('with a Rasman.dll that lacks a function refuses with 127 (SD-02, SD-03)', async () => {
    const rasman = join(directory, 'rasman.dll');
    copyFileSync(localBinary('no_end.dll'), rasman);
    expect(await runScript('begin.js', host.toWindows(rasman), '1')).toEqual({
      begun: [{ port: 1, result: 127, told: null }],
      ended: [619, 619],
    });
  });

  test('tells each verdict to its own Complete, and knows of no other port (SD-05, SD-08, SD-27)', async () => {
    const rasman = host.toWindows(localBinary('rasman.dll'));
    const told = (hPort: number) => ({ hPort, dwMsgId: 3, dwError: expect.any(Number) });
    expect(await runScript('begin.js', rasman, '5', '6')).toEqual({
      begun: [
        { port: 5, result: 0, told: told(5) },
        { port: 6, result: 0, told: told(6) },
      ],
      ended: [619, 619, 619],
    });
  });
});

test('Begin returns before there is a worker, and the next call is taken (SD-04, SD-06)', async () => {
  const policy = host.toWindows(resolve(__dirname, 'policies/never-loads.mjs'));
  const options = { settings: { policy, startSeconds: 600 } };
  await serving(host, policy, options, async (server) => {
    for (const count of [1, 2]) {
      await server.call();
      expect(await server.traced(isReturn('Begin'), count)).toMatchObject({ result: 0 });
    }
    expect(server.trace().filter(isCall('Complete'))).toEqual([]);
  });
});

test('koffi lays both structures out as the compiler does (EM-16)', async () => {
  const { compiled, declared } = (await runScript('layouts.js')) as Record<string, unknown>;
  expect(declared).toEqual(compiled);
  expect(compiled).toMatchObject({
    SECURITY_MESSAGE: { size: 296, hPort: 8, dwError: 16, UserName: 20, Domain: 277 },
    RAS_SECURITY_INFO: { size: 140, DeviceName: 8 },
  });
});

describe.each(PLACEMENTS)('%s placement', (placement) => {
  const serve = (policy: string, settings: { dialogSeconds?: number } = {}) =>
    sharedServer(() => servePolicy(host, policy, { placement, settings }));

  describe('a policy that asks for a number', () => {
    const numbered = serve(NUMBERED);

    test('64 callers at once get each their own verdict, without a thread for each (SD-20, SD-28)', async () => {
      const callers = await callersAtThePrompt(numbered(), 64);
      const threads = readdirSync(`/proc/${numbered().process.pid}/task`).length;
      process.stderr.write(`${placement}: ${threads} threads for 64 dialogs\n`);
      expect(threads).toBeLessThan(MOST_THREADS);

      callers.forEach((caller, number) => caller.types(`${number}\r`));
      await Promise.all(callers.map((caller) => caller.closed()));
      for (const [number, caller] of callers.entries()) {
        expect(await numbered().outcomeOf(caller)).toMatchObject({
          userName: `user-${number}`,
          outcome: number % 2 === 0 ? 'success' : 'failure',
        });
      }
      for (const { timeout } of numbered().trace().filter(isCall('Receive'))) {
        expect(timeout).toBeGreaterThan(0);
        expect(timeout).toBeLessThanOrEqual(121);
      }
    });

    test('a caller who hangs up disturbs no other call (SD-25)', async () => {
      const [first, ...others] = await callersAtThePrompt(numbered(), 8);
      if (!first) throw new Error('nobody has called');
      first.hangUp();
      expect(await numbered().outcomeOf(first)).toMatchObject({ outcome: 'ended' });
      others.forEach((caller) => caller.types('8\r'));
      for (const caller of others) {
        const outcome = await numbered().outcomeOf(caller);
        expect(outcome).toMatchObject({ outcome: 'success', userName: 'user-8' });
      }
    });
  });

  describe('the example policy', () => {
    const example = serve('examples/passcode.ts');
    // Nothing that a plain PPP client sends ends a line, so time has to.
    const brief = serve('examples/passcode.ts', { dialogSeconds: 5 });

    test.each<[string, CallerProfile, string, () => RasServer]>([
      ['a human without local echo', human, 'success', example],
      ['a program that sends all at once', binaryMessage('alice\r123456\r'), 'success', example],
      ['a plain PPP client', plainPpp, 'failure', brief],
      ['a dropped carrier', droppedCarrier, 'ended', example],
    ])('the example policy and %s (SD-18, SD-30, SD-31)', async (_, profile, outcome, server) => {
      const caller = await server().call();
      await profile(caller, { userName: 'alice', password: '123456' });
      expect(await server().outcomeOf(caller)).toMatchObject({ outcome });
    });
  });
});
