// What a security DLL may still call when the service is stopping, or has stopped. The security DLL
// is rule_breaker.dll, which follows the commands in the variable DIALOG.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { EmulatedService, type ServiceRun } from '../support/emulated-service';
import { binary, openMachine, RasServer } from '../support/ras-server';
import type { TracedServer, TraceLine } from '../support/traced-server';
import { leaveNoProcess } from '../support/wine-processes';

const DLL = 'rule_breaker.dll';
const VERDICT = 'complete 3 638';
const WHILE_STOPPING = 'complete-while-stopping';
const AFTER_STOP = 'call-after-stop';
/** No call of a test can have crossed a change that it has waited for. */
const STRICT = ['--strict', '--crossing', '0'];

let host: WindowsHost;
let directory: string;
let service: EmulatedService | undefined;
let plain: RasServer | undefined;

beforeAll(async () => {
  host = await openMachine();
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ras-server-stopped-'));
});
afterEach(async () => {
  rmSync(directory, { recursive: true });
  await service?.remove();
  await plain?.dispose();
  service = plain = undefined;
});
afterAll(() => host.close());

leaveNoProcess();

/** A file for which the security DLL waits. */
function signal(name: string): { readonly path: string; give(): void } {
  const file = join(directory, name);
  return { path: host.toWindows(file), give: () => writeFileSync(file, '') };
}

async function install(
  commands: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<EmulatedService> {
  service = await EmulatedService.install(host, {
    args: ['--dll', binary(host, DLL)],
    variables: { DIALOG: commands.join(';'), ...variables },
  });
  return service;
}

const isState = (state: string) => (line: TraceLine) => line['service'] === state;
const isReturn = (name: string) => (line: TraceLine) => line.return === `RasSecurityDialog${name}`;

/** A call whose Begin has returned. */
async function begin(run: TracedServer): Promise<void> {
  await run.call();
  await run.traced(isReturn('Begin'));
}

test('Complete while the service is stopping is named complete-while-stopping (SD-24), and --strict fails', async () => {
  const verdict = signal('verdict');
  const emulated = await install([`await-file ${verdict.path}`, VERDICT]);
  const gate = emulated.gate('stop');
  const run = await emulated.start(...STRICT, '--stop-pending', gate.path);
  await begin(run);
  await emulated.requestStop();
  await run.traced(isState('stop-pending'));
  verdict.give();
  await run.outcome();
  gate.open();
  expect(await emulated.reaches('STOPPED')).toMatchObject({ serviceExitCode: 3 });
  expect(run.rules()).toEqual([WHILE_STOPPING]);
  expect(run.trace()).toContainEqual(
    expect.objectContaining({ violation: 'SD-24', rule: WHILE_STOPPING, port: 1 }),
  );
});

test.each([
  ['0', [], 0],
  ['619', [WHILE_STOPPING], 3],
])(
  'of a Complete while the stop has End run, an End that returns %s decides whether it was owed',
  async (end, rules, code) => {
    const [verdict, ended] = [signal('verdict'), signal('end')];
    const emulated = await install([`await-file ${verdict.path}`, VERDICT], {
      END: end,
      END_GATE: ended.path,
    });
    const run = await emulated.start(...STRICT);
    await begin(run);
    await emulated.requestStop();
    await run.traced((line) => line.call === 'RasSecurityDialogEnd');
    verdict.give();
    await run.traced(isReturn('Complete'));
    ended.give();
    expect(await emulated.reaches('STOPPED')).toMatchObject({ serviceExitCode: code });
    expect(run.rules()).toEqual(rules);
  },
);

test('a Complete that End has asked for breaks no rule while the service is stopping (SD-24)', async () => {
  const owed = signal('owed');
  const emulated = await install([`await-file ${owed.path}`, VERDICT], { END: '0' });
  const run = await emulated.start(...STRICT);
  await begin(run);
  await emulated.requestStop();
  await run.traced(isReturn('End'));
  owed.give();
  expect(await emulated.reaches('STOPPED')).toMatchObject({ exitCode: 0 });
  expect(run.rules()).toEqual([]);
});

test('a Complete that may have crossed the stop is a note, crossed-stop (SD-26)', async () => {
  const verdict = signal('verdict');
  const emulated = await install([`await-file ${verdict.path}`, VERDICT]);
  const gate = emulated.gate('stop');
  const run = await emulated.start(
    ...['--strict', '--crossing', '60000'],
    ...['--stop-pending', gate.path],
  );
  await begin(run);
  await emulated.requestStop();
  await run.traced(isState('stop-pending'));
  verdict.give();
  await run.traced(isReturn('Complete'));
  gate.open();
  expect(await emulated.reaches('STOPPED')).toMatchObject({ exitCode: 0 });
  expect(run.trace()).toContainEqual(
    expect.objectContaining({ note: 'SD-26', rule: 'crossed-stop', port: 1 }),
  );
});

/** Each of the functions that a security DLL may call; none of them touches a buffer. */
const CALLS = ['get-info', 'send-length 1', 'receive 1', VERDICT];
const FUNCTIONS = ['GetInfo', 'Send', 'Receive', 'Complete'];

function expectNamed(run: TracedServer): void {
  expect(run.rules()).toEqual(FUNCTIONS.map(() => AFTER_STOP));
  const named = run.trace().filter((line) => line.rule === AFTER_STOP);
  expect(named.map((line) => line['violation'])).toEqual(FUNCTIONS.map(() => 'SD-26'));
  expect(named.map((line) => String(line['detail']).split(':')[0])).toEqual(
    FUNCTIONS.map((name) => `RasSecurityDialog${name}`),
  );
}

test('every call after the service has stopped is named call-after-stop (SD-26)', async () => {
  const late = signal('late');
  const emulated = await install([`await-file ${late.path}`, ...CALLS]);
  const gate = emulated.gate('linger');
  const run: ServiceRun = await emulated.start(...STRICT, '--linger', gate.path);
  await begin(run);
  // What has happened until then is in order.
  expect(await emulated.stop()).toMatchObject({ exitCode: 0 });
  await run.traced(isState('stopped'));
  late.give();
  await run.traced(isReturn('Complete'));
  gate.open();
  expect(await run.traced((line) => line['stopped'] === true)).toMatchObject({ rulesBroken: true });
  expectNamed(run);
});

test('a service that leaves its dialogs calls no End, tells what has come of them, and names what they call then (SD-26)', async () => {
  const late = signal('late');
  const emulated = await install([`await-file ${late.path}`, VERDICT]);
  const gate = emulated.gate('linger');
  const run = await emulated.start(...STRICT, '--leave-dialogs', '--linger', gate.path);
  await begin(run);
  expect(await emulated.stop()).toMatchObject({ exitCode: 0 });
  expect(await run.outcome()).toMatchObject({ outcome: 'ended' });
  late.give();
  await run.traced(isReturn('Complete'));
  gate.open();
  await run.traced((line) => line['stopped'] === true);
  expect(run.rules()).toEqual([AFTER_STOP]);
  expect(run.trace().filter((line) => line.call === 'RasSecurityDialogEnd')).toEqual([]);
});

test('a process that lingers names them too without a service, and --strict fails', async () => {
  const [late, gate] = [signal('late'), signal('linger')];
  gate.give();
  plain = await RasServer.start(host, {
    dll: DLL,
    args: [...STRICT, '--linger', gate.path],
    env: { DIALOG: [`await-file ${late.path}`, ...CALLS].join(';') },
  });
  await begin(plain);
  plain.process.stdin?.end();
  await plain.traced(isState('stopped'));
  late.give();
  await plain.traced(isReturn('Complete'));
  rmSync(join(directory, 'linger'));
  expect(await plain.exited).toBe(3);
  expectNamed(plain);
});

test('a plain process is no service: Complete may come while it stops', async () => {
  const [verdict, gate] = [signal('verdict'), signal('stop')];
  gate.give();
  plain = await RasServer.start(host, {
    dll: DLL,
    args: [...STRICT, '--stop-pending', gate.path],
    env: { DIALOG: ['send hello', `await-file ${verdict.path}`, VERDICT].join(';') },
  });
  await begin(plain);
  plain.process.stdin?.end();
  // Callers are refused as soon as the stop has begun.
  while (await (await plain.call()).seesOrLoses('hello'));
  verdict.give();
  await plain.traced(isReturn('Complete'));
  rmSync(join(directory, 'stop'));
  expect(await plain.exited).toBe(0);
  expect(plain.rules()).toEqual([]);
});
