// What the security DLL does when the system has no more memory for it, or no more kernel objects:
// the n-th that it asks for is refused, for every n, once and from there on (scarcity.cc). In
// `npm test` for some n, in `npm run soak` for all.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packageFiles } from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { count, loggedTimes, requestReload, servePolicy, type Placement } from '../support/our-dll';
import { binary, openMachine, RasServer } from '../support/ras-server';
import { seeded } from '../support/seeded';
import { makesDo } from '../support/serving';
import { soakSize } from '../support/soak-size';

/** What a dialog ends with whose worker has died. */
const ERROR_PROCESS_ABORTED = 1067;
const POLICY = resolve(__dirname, 'policies/obedient.ts');
const MOST = 100_000;
const SAMPLE = soakSize({ inTest: 3, inSoak: MOST });
const FIRST_SAMPLE = soakSize({ inTest: 2, inSoak: MOST });

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

/** What the log says of a start, whatever comes of it. */
const STARTED = /worker (ready|lost: not started|throttled)/;

/** A server whose security DLL can be kept from what it asks the system for. */
class ScarceServer {
  readonly #server: RasServer;
  readonly #order: string;
  readonly #file: string;

  private constructor(server: RasServer, order: string, file: string) {
    this.#server = server;
    this.#order = order;
    this.#file = file;
  }

  static async start(
    placement: Placement = 'worker',
    env: Record<string, string> = {},
  ): Promise<ScarceServer> {
    const directory = RasServer.newDirectory();
    const [order, file] = [join(directory, 'order'), join(directory, 'reached')];
    const server = await servePolicy(host, POLICY, {
      placement,
      directory,
      settings: { spareWorkers: 1, holdSeconds: 2 },
      args: ['--dll', binary(host, 'scarcity.dll')],
      env: {
        SCARCITY_DLL: host.toWindows(packageFiles(host.packageDirectory).dll),
        SCARCITY_ORDER: host.toWindows(order),
        SCARCITY_FILE: host.toWindows(file),
        ...env,
      },
    });
    return new ScarceServer(server, order, file);
  }

  /** A dialog in which something is kept from the DLL. Returns its outcome. */
  async deprived(order: string, deed: Deed): Promise<string> {
    const starts = count(this.#server, STARTED);
    writeFileSync(this.#order, order);
    const before = this.#outcomes();
    const caller = await this.#server.call();
    if (await caller.seesOrLoses('Deed: ')) {
      if (deed === 'reload') await requestReload(host);
      caller.types(`${deed === 'reload' ? 'grant' : deed}\r`);
    }
    const { outcome, dwError } = await this.#server.outcome(before + 1);
    // What is kept from it ends with the next call: until then its next worker is to be started.
    if (dwError === ERROR_PROCESS_ABORTED) await loggedTimes(this.#server, STARTED, starts + 1);
    rmSync(this.#order);
    return String(outcome);
  }

  /** The next caller, who must get in. */
  async serves(): Promise<void> {
    const before = this.#outcomes();
    await makesDo(this.#server, 'grant');
    expect(await this.#server.outcome(before + 1)).toMatchObject({ outcome: 'success' });
  }

  /** What was asked for in the last dialog with an order, and whether in vain. After another call. */
  last(): { asked: number; reached: boolean } {
    const line = readFileSync(this.#file, 'utf8').trim().split('\n').at(-1) ?? '';
    const [, asked, reached] = /asked (\d+) reached (\d)/.exec(line) ?? [];
    return { asked: Number(asked), reached: reached === '1' };
  }

  #outcomes(): number {
    return this.#server.trace().filter((line) => line.outcome !== undefined).length;
  }

  async stop(): Promise<void> {
    expect([...this.#server.rules(), ...this.#server.warnings()]).toEqual([]);
    expect(await this.#server.stop()).toBe(0);
  }

  dispose(): Promise<void> {
    return this.#server.dispose();
  }
}

/** What becomes of a caller who is let down: never SUCCESS, unless the policy has said so. */
const OUTCOMES = {
  grant: ['success', 'error', 'begin-refused'],
  deny: ['failure', 'error', 'begin-refused'],
  reload: ['success', 'error', 'begin-refused'],
  exit: ['error', 'begin-refused'],
};
type Deed = keyof typeof OUTCOMES;

/** A dialog with a worker that is ready takes memory; kernel objects are made at starts of workers. */
const KINDS = {
  memory: ['grant', 'deny', 'reload', 'exit'],
  objects: ['reload', 'exit'],
} as const;
type Kind = keyof typeof KINDS;
const MODES = ['once', 'on'] as const;

/** Some of 1 to `most`, or all of them, in their order. */
function chosen(most: number, count: number, seed: number): number[] {
  const all = Array.from({ length: most }, (_, i) => i + 1);
  if (count >= most) return all;
  const random = seeded(seed);
  const some = [1, ...Array.from({ length: count - 1 }, () => 1 + (random() % most))];
  return [...new Set(some)].sort((one, other) => one - other);
}

/** Fails some, and has the next caller served after each. */
async function sweep(placement: Placement, kind: Kind, mode: string, deed: Deed): Promise<void> {
  const server = await ScarceServer.start(placement);
  try {
    await server.serves();
    // How many are asked for when nothing is refused.
    await server.deprived(`${kind} ${MOST} once`, deed);
    await server.serves();
    const { asked } = server.last();
    const numbers = chosen(asked, SAMPLE, asked + mode.length + deed.length);
    let reached = 0;
    for (const number of numbers) {
      const outcome = await server.deprived(`${kind} ${number} ${mode}`, deed);
      expect([number, OUTCOMES[deed]]).toEqual([number, expect.arrayContaining([outcome])]);
      await server.serves();
      if (server.last().reached) reached++;
    }
    console.log(`${placement} ${kind} ${mode} ${deed}: ${asked} asked for, ${reached} refused`);
    expect(asked).toBeGreaterThan(0);
    expect(reached).toBeGreaterThan(0);
    await server.stop();
  } finally {
    await server.dispose();
  }
}

describe.each(Object.keys(KINDS) as Kind[])('without %s', (kind) => {
  test.each(MODES.flatMap((mode) => KINDS[kind].map((deed) => [mode, deed] as const)))(
    '%s, in a dialog that ends with %s: the server lives, nobody gets in unless the policy has said so, and the next caller is served (SD-07)',
    (mode, deed) => sweep('worker', kind, mode, deed),
  );

  test('at the first call of all: Begin refuses or the dialog ends, and the next caller is served (SD-03, SD-06)', async () => {
    let asked = 0;
    for (const number of [MOST, ...chosen(40, FIRST_SAMPLE, 7)]) {
      const server = await ScarceServer.start();
      try {
        const outcome = await server.deprived(`${kind} ${number} once`, 'grant');
        expect(OUTCOMES.grant).toContain(outcome);
        await server.serves();
        ({ asked } = server.last());
        await server.stop();
      } finally {
        await server.dispose();
      }
    }
    expect(asked).toBeGreaterThan(0);
  });
});

// The DLL can't end JavaScript in its own process: it must hear, whatever else it could not read,
// that the port has been let go.
test.each(
  MODES.flatMap((mode) => (['grant', 'deny'] as const).map((deed) => [mode, deed] as const)),
)(
  'without memory in-process, %s, in a dialog that ends with %s: the dialog ends, and the next caller is served (SD-07)',
  (mode, deed) => sweep('in-process', 'memory', mode, deed),
);

test('a DLL that got no memory for the exceptions of its runtime when it was loaded lives without memory all the same', async () => {
  const server = await ScarceServer.start('worker', { SCARCITY_LOAD: '1' });
  try {
    await server.serves();
    expect(OUTCOMES.deny).toContain(await server.deprived('memory 1 on', 'deny'));
    await server.serves();
    await server.stop();
  } finally {
    await server.dispose();
  }
});

test('a caller who comes while nothing is to be had is refused or let down, and gets in as soon as there is something', async () => {
  const server = await ScarceServer.start();
  try {
    await server.serves();
    for (const kind of Object.keys(KINDS) as Kind[]) {
      const outcome = await server.deprived(`${kind} 1 on`, 'deny');
      expect(OUTCOMES.deny).toContain(outcome);
      await server.serves();
    }
    await server.stop();
  } finally {
    await server.dispose();
  }
});
