import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { servePolicy, type OurDllOptions } from './our-dll';
import { RasServer, type TraceLine } from './ras-server';
import { withSpy } from './system-spy';

/** What the system says %ProgramData% is. */
const PROFILE_LIST = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';

export interface SpiedStart {
  readonly outcome: TraceLine;
  /** What the system was asked for until the first caller was served, or was not. */
  readonly asked: Readonly<Record<string, unknown>>[];
  /** Windows path of what was %ProgramData%, a directory of the test's own. */
  readonly programData: string;
}

/** How the worker was started last. What is reported about it may come before or after. */
export function startOf({
  asked,
}: {
  readonly asked: readonly SpiedStart['asked'][number][];
}): SpiedStart['asked'][number] {
  const start = asked.findLast(({ call }) => call === 'CreateProcessAsUserW');
  if (!start) throw new Error('no worker was started');
  return start;
}

/** From now on the system says that this Windows path is %ProgramData%. */
export async function setProgramData(host: WindowsHost, data: string): Promise<void> {
  await host.setRegistry([{ key: PROFILE_LIST, name: 'ProgramData', data }]);
}

/**
 * One call to a policy, with a spy between rasshost.dll and the system. The obedient policy is told
 * to grant, unless the worker can't be started.
 */
export async function spiedStart(
  host: WindowsHost,
  policy: string,
  options: OurDllOptions = {},
  {
    before = () => {},
    wanted = async () => {},
  }: {
    /** What is done when everything is set up, and nobody has called yet. */
    readonly before?: ((programData: string) => unknown) | undefined;
    /** What has to have happened besides, once the call is over. */
    readonly wanted?: (server: RasServer) => Promise<unknown>;
  } = {},
): Promise<SpiedStart> {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-spy-'));
  const file = join(directory, 'spied.jsonl');
  const programData = join(directory, 'ProgramData');
  mkdirSync(programData);
  await setProgramData(host, host.toWindows(programData));
  const server = await servePolicy(host, policy, withSpy(host, options, file));
  try {
    await before(programData);
    const caller = await server.call();
    if (await caller.seesOrLoses('Deed: ')) caller.types('grant\r');
    const outcome = await server.outcome();
    await wanted(server);
    expect(await server.stop()).toBe(0);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    const asked = lines.map((line) => JSON.parse(line) as SpiedStart['asked'][number]);
    return { outcome, asked, programData: host.toWindows(programData) };
  } finally {
    await server.dispose();
    rmSync(directory, { recursive: true });
  }
}
