// The emulator as the Windows service RemoteAccess, which a service manager starts and stops.
import { SECURITY_HOST_KEY } from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import {
  EmulatedService,
  queryService,
  REMOTE_ACCESS,
  serviceControl,
  startService,
  type EmulatedServiceOptions,
  type ServiceRun,
} from '../support/emulated-service';
import { binary, localBinary, openMachine, runRasServer } from '../support/ras-server';
import { leaveNoProcess } from '../support/wine-processes';

const SERVICE_SPECIFIC = 1066;
const PARAMETERS = 'SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\Parameters';

let host: WindowsHost;
let service: EmulatedService | undefined;

beforeAll(async () => {
  host = await openMachine();
});
afterEach(async () => {
  await service?.remove();
  service = undefined;
});
afterAll(() => host.close());

leaveNoProcess();

async function install(options: EmulatedServiceOptions = {}): Promise<EmulatedService> {
  service = await EmulatedService.install(host, options);
  return service;
}

/** The same with a security DLL that abides by the rules. */
function installWellBehaved(...args: string[]): Promise<EmulatedService> {
  return install({ args: ['--dll', binary(host, 'well_behaved.dll'), ...args] });
}

/** A caller who is let in. */
async function letIn(run: ServiceRun): Promise<void> {
  const caller = await run.call();
  await caller.sees('User name: ');
  caller.types('alice\r');
  await caller.sees('Passcode: ');
  caller.types('123456\r');
  expect(await run.outcomeOf(caller)).toMatchObject({ outcome: 'success' });
}

test('the service runs as soon as it takes calls, carries dialogs, and has stopped when their End is over', async () => {
  const emulated = await installWellBehaved();
  const run = await emulated.start();
  await letIn(run);
  const open = await run.call();
  await open.sees('User name: ');
  expect(await emulated.stop()).toEqual({ state: 'STOPPED', exitCode: 0, serviceExitCode: 0 });
  const steps = run
    .trace()
    .flatMap((line) => (line['listening'] ? 'listening' : (line['service'] ?? line.outcome ?? [])));
  expect(steps).toEqual(['listening', 'running', 'success', 'stop-pending', 'ended', 'stopped']);
  expect(run.rules()).toEqual([]);
});

test('each start is a process of its own, with arguments of its own', async () => {
  const emulated = await install();
  const begun: number[][] = [];
  for (const size of [7, 9]) {
    const dll = binary(host, 'well_behaved.dll');
    const run = await emulated.start('--dll', dll, '--send-buffer', `${size}`);
    await letIn(run);
    expect(run.trace()).toContainEqual(expect.objectContaining({ sendBufSize: size }));
    begun.push(emulated.processes());
    await emulated.stop();
  }
  expect(begun.map((processes) => processes.length)).toEqual([1, 1]);
  expect(begun[0]).not.toEqual(begun[1]);
});

test('with --stop-pending the dialogs go on until it is over, and no other is begun', async () => {
  const emulated = await installWellBehaved();
  const gate = emulated.gate('stop');
  const run = await emulated.start('--stop-pending', gate.path);
  const open = await run.call();
  await open.sees('User name: ');
  await emulated.requestStop();
  await emulated.reaches('STOP_PENDING');
  await run.traced((line) => line['service'] === 'stop-pending');
  expect(await (await run.call()).closed()).toBe('');
  open.types('alice\r');
  await open.sees('Passcode: ');
  expect(run.trace().filter((line) => line.call === 'RasSecurityDialogEnd')).toEqual([]);
  gate.open();
  await emulated.reaches('STOPPED');
  expect(await run.outcomeOf(open)).toMatchObject({ outcome: 'ended' });
});

test('with --linger the process outlives the service', async () => {
  const emulated = await installWellBehaved();
  const gate = emulated.gate('linger');
  const run = await emulated.start('--linger', gate.path);
  await letIn(run);
  const processes = emulated.processes();
  await emulated.stop();
  expect(emulated.processes()).toEqual(processes);
  expect(await emulated.reaches('STOPPED')).toMatchObject({ exitCode: 0 });
  expect(run.trace().at(-1)).toMatchObject({ service: 'stopped' });
  gate.open();
  await run.traced((line) => line['stopped'] === true);
});

test('a service whose registered DLL is missing does not start, and its own exit code is 1 (EM-01)', async () => {
  await host.setRegistry([
    { key: SECURITY_HOST_KEY, name: 'DLLPath', data: 'C:\\gone\\security.dll' },
  ]);
  await install();
  expect(await startService(host, REMOTE_ACCESS)).toEqual({
    state: 'STOPPED',
    exitCode: SERVICE_SPECIFIC,
    serviceExitCode: 1,
  });
  await host.run('reg.exe', ['delete', `HKLM\\${SECURITY_HOST_KEY}`, '/v', 'DLLPath', '/f']);
});

test('wrong usage is a start that fails with 2, and a broken rule with --strict a stop with 3', async () => {
  const emulated = await installWellBehaved();
  expect(await startService(host, REMOTE_ACCESS, ['--ports', 'many'])).toMatchObject({
    exitCode: SERVICE_SPECIFIC,
    serviceExitCode: 2,
  });
  const dll = binary(host, 'rule_breaker.dll');
  // Without commands it never calls Complete.
  const run = await emulated.start('--strict', '--dll', dll, '--complete-limit', '1');
  await (await run.call()).closed();
  expect(await emulated.stop()).toEqual({
    state: 'STOPPED',
    exitCode: SERVICE_SPECIFIC,
    serviceExitCode: 3,
  });
  expect(run.rules()).toEqual(['complete-overdue']);
});

test('a security DLL that keeps its thread in End keeps neither the service nor its process from ending', async () => {
  const emulated = await install({ variables: { END: 'block' } });
  const run = await emulated.start(
    ...['--dll', binary(host, 'rule_breaker.dll'), '--strict'],
    ...['--end-limit', '1', '--hold-watchdog', '1'],
  );
  await run.call();
  await run.traced((line) => line.return === 'RasSecurityDialogBegin');
  expect(await emulated.stop()).toMatchObject({ serviceExitCode: 3 });
  expect(run.rules()).toEqual(['end-blocked']);
});

describe('beside a RemoteAccess service that is another program', () => {
  const SVCHOST = 'C:\\windows\\system32\\svchost.exe -k netsvcs';
  const IMPOSTOR = 'ras-impostor';

  beforeAll(() => serviceControl(host, 'create', REMOTE_ACCESS, 'binPath=', SVCHOST));
  afterAll(() => serviceControl(host, 'delete', REMOTE_ACCESS));

  test('--service is refused with exit code 4, and the other program is named', async () => {
    const { code, stderr } = await runRasServer(host, ['--service']);
    expect(code).toBe(4);
    expect(stderr).toContain(`the RemoteAccess service, which is '${SVCHOST}'`);
  });

  test('a service of another name does not start, and its own exit code is 4', async () => {
    const program = `"${host.toWindows(localBinary('ras-server.exe'))}" --service`;
    await serviceControl(host, 'create', IMPOSTOR, 'binPath=', program);
    expect(await startService(host, IMPOSTOR)).toEqual({
      state: 'STOPPED',
      exitCode: SERVICE_SPECIFIC,
      serviceExitCode: 4,
    });
    await serviceControl(host, 'delete', IMPOSTOR);
    expect(await queryService(host)).toMatchObject({ state: 'STOPPED' });
  });
});

test('in the place of svchost.exe in a genuine RemoteAccess service it does not start either', async () => {
  await host.setRegistry([{ key: PARAMETERS, name: 'ServiceDll', data: 'mprdim.dll' }]);
  await installWellBehaved();
  expect(await startService(host, REMOTE_ACCESS)).toMatchObject({
    exitCode: SERVICE_SPECIFIC,
    serviceExitCode: 4,
  });
  await host.run('reg.exe', ['delete', `HKLM\\${PARAMETERS}`, '/f']);
});

test('without a service manager --service is refused with exit code 4', async () => {
  const { code, stderr } = await runRasServer(host, ['--service']);
  expect(code).toBe(4);
  expect(stderr).toMatch(/^ras-server: --service: the RemoteAccess service .*: error 1060\n?$/);
});
