import type { WindowsHost } from '../../lib/windows/windows-host';
import { servePolicy, type OurDllOptions } from './our-dll';
import type { Caller, RasServer } from './ras-server';

/** Serves a policy for one test, and checks that no rule was broken, not even a little. */
export async function serving(
  host: WindowsHost,
  policy: string,
  options: OurDllOptions,
  test: (server: RasServer) => Promise<void>,
): Promise<void> {
  const server = await servePolicy(host, policy, options);
  try {
    await test(server);
    expect([...server.rules(), ...server.warnings()]).toEqual([]);
    expect(await server.stop()).toBe(0);
  } finally {
    await server.dispose();
  }
}

/** Dials until a call is taken, and waits for the prompt. */
export async function answered(server: RasServer, prompt: string): Promise<Caller> {
  for (;;) {
    const caller = await server.call();
    if (await caller.seesOrLoses(prompt)) return caller;
  }
}

/** A caller whom the obedient policy has asked. */
export async function prompted(server: RasServer): Promise<Caller> {
  const caller = await server.call();
  await caller.sees('Deed: ');
  return caller;
}

/** A caller who has told the obedient policy what to do. */
export async function makesDo(server: RasServer, deed: string): Promise<Caller> {
  const caller = await prompted(server);
  caller.types(`${deed}\r`);
  return caller;
}
