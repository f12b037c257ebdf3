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

/**
 * One server for several tests of a file, started before the first and checked after the last: no
 * rule was broken, and it stops in order. Each test makes calls of its own.
 */
export function sharedServer(start: () => Promise<RasServer>): () => RasServer {
  let server: RasServer | undefined;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => {
    try {
      expect([server?.rules(), server?.warnings()]).toEqual([[], []]);
      expect(await server?.stop()).toBe(0);
    } finally {
      await server?.dispose();
    }
  });
  return () => {
    if (!server) throw new Error('the server is started before the first test');
    return server;
  };
}

/** Dials until a call is taken, and waits for the prompt. */
export async function answered(server: RasServer, prompt: string): Promise<Caller> {
  for (;;) {
    const caller = await server.call();
    if (await caller.seesOrLoses(prompt)) return caller;
  }
}

/** A caller whom the obedient policy has asked; with options of the emulator, for that call alone. */
export async function prompted(server: RasServer, args?: readonly string[]): Promise<Caller> {
  const caller = await (args ? server.callWith(args) : server.call());
  await caller.sees('Deed: ');
  return caller;
}

/** A caller who has told the obedient policy what to do. */
export async function makesDo(
  server: RasServer,
  deed: string,
  args?: readonly string[],
): Promise<Caller> {
  const caller = await prompted(server, args);
  caller.types(`${deed}\r`);
  return caller;
}
