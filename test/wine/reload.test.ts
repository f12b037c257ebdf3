import { EventEmitter, once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SETTINGS_KEY } from '../../lib/windows/settings';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { logged, loggedTimes, logOf, requestReload } from '../support/our-dll';
import { processUse, type ProcessUse } from '../support/process-use';
import { openMachine, until, type Caller, type RasServer } from '../support/ras-server';
import { serving } from '../support/serving';
import { soakSize } from '../support/soak-size';
import { processesOf } from '../support/wine-processes';

/** Each takes the start of a node.exe. */
const RELOADS = soakSize({ inTest: 14, inSoak: 100 });

/** So many reloads does a dialog outlive: enough for some workers to serve at the same time. */
const RELOADS_OUTLIVED = 4;

/** After so many, the RAS server has all that it keeps for further use. */
const WARM_UP_RELOADS = soakSize({ inTest: 6, inSoak: 40 });

/** So many workers are killed after that. */
const KILLS = soakSize({ inTest: 2, inSoak: 5 });

/** So many more may be open than before: far less than one for each worker that has gone. */
const SPARE_HANDLES = 4;

/**
 * So much memory a worker may leave behind: one that is never let go of takes eight times that. In a
 * short run its handles must tell, because the RAS server has not got all yet that it keeps.
 */
const KILOBYTES_A_WORKER = soakSize({ inTest: 512, inSoak: 16 });

const TAKES_CALLS = /worker ready: it takes the calls/;
const STANDS_BY = /worker ready: it stands by/;

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

/**
 * What the RAS server has in use while it has one worker, which holds no dialog, as soon as no more
 * handles are open than `most`: those of a worker are closed a moment after its end.
 */
async function useAtRest(server: RasServer, most = Infinity): Promise<ProcessUse> {
  await until('one worker', () => processesOf(server, 'main.js').length === 1);
  const [pid = 0] = processesOf(server, 'ras-server.exe');
  let use: ProcessUse | undefined;
  return until(
    () => `no more than ${most} handles: ${JSON.stringify(use)}`,
    async () => {
      use = (await processUse(host, { 'ras-server.exe': pid }))['ras-server.exe'];
      return use.handles <= most && use;
    },
  );
}

describe('a reload', () => {
  let policy: string;
  beforeEach(() => {
    policy = join(mkdtempSync(join(tmpdir(), 'rasshost-reload-')), 'policy.ts');
    writeVersion(1);
  });
  afterEach(() => rmSync(dirname(policy), { recursive: true }));

  /**
   * A policy that grants the name that the caller types, with its version behind, and takes longer
   * for one who is patient.
   */
  function writeVersion(version: number, selfCheck = ''): void {
    // Whole, for whoever watches the file.
    writeFileSync(
      `${policy}.new`,
      `import { definePolicy, grant } from 'rasshost';
      export default definePolicy(async (dialog) => {
        const name = await dialog.ask('Version ${version}, name: ');
        if (name === 'patient') await new Promise((done) => setTimeout(done, 3_000));
        return grant({ userName: \`\${name}-${version}\`, domain: 'CONTOSO' });
      }, { ${selfCheck} });`,
    );
    renameSync(`${policy}.new`, policy);
  }

  async function versionFor(server: RasServer): Promise<[version: number, caller: Caller]> {
    const caller = await server.call();
    await caller.sees(', name: ');
    return [Number(/Version (\d+)/.exec(caller.output)?.[1]), caller];
  }

  test('by command gives new callers the new policy, and lets running dialogs finish with theirs', () =>
    serving(host, policy, { settings: { spareWorkers: 1, silenceSeconds: 2 } }, async (server) => {
      const [, early] = await versionFor(server);
      const old = processesOf(server, 'main.js').at(0);
      await logged(server, STANDS_BY);
      writeVersion(2);
      // From now on the old worker hears from the DLL less often than it has been told before.
      await host.setRegistry([{ key: SETTINGS_KEY, name: 'SilenceSeconds', data: 600 }]);
      const main = host.toWindows(join(host.packageDirectory, 'dist/cli/main.js'));
      expect(await host.run(host.node, [main, 'reload'])).toMatchObject({ code: 0 });
      await logged(server, /event 1004 policy reloaded/);
      const [version, late] = await versionFor(server);
      expect(version).toBe(2);
      late.types('late\r');
      expect(await server.outcome(1)).toMatchObject({ outcome: 'success', userName: 'late-2' });
      expect(processesOf(server, 'main.js')).toContain(old);
      early.types('patient\r');
      expect(await server.outcome(2)).toMatchObject({ outcome: 'success', userName: 'patient-1' });
      await until('the old workers to leave', () => {
        const left = processesOf(server, 'main.js');
        return left.length === 2 && !left.includes(old ?? 0);
      });
      expect(logOf(server)).not.toMatch(/worker lost/);
    }));

  test.each([
    ['does not load', 'definePolicy(', /RASSHOST_E_POLICY_LOAD/],
    ['exports no policy', 'export default 1;', /RASSHOST_E_POLICY_INVALID/],
    ['fails its self-check', 'no tokens', /RASSHOST_E_SELF_CHECK: no tokens/],
    ['never ends its self-check', 'never', /RASSHOST_E_SELF_CHECK: no end within 5 s/],
  ])('to a policy that %s leaves the one before, and the log says why', (_, source, reason) =>
    serving(host, policy, {}, async (server) => {
      const [, running] = await versionFor(server);
      if (source === 'no tokens') {
        writeVersion(2, `selfCheck: () => { throw new Error('no tokens'); }`);
      } else if (source === 'never') {
        writeVersion(2, `selfCheck: () => new Promise(() => {})`);
      } else {
        writeFileSync(policy, source);
      }
      await requestReload(host);
      await logged(
        server,
        /event 1005 policy refused, the policy before it stays in service: it refused to serve/,
      );
      expect(logOf(server)).toMatch(reason);
      expect((await versionFor(server))[0]).toBe(1);
      running.types('alice\r');
      expect(await server.outcome()).toMatchObject({ outcome: 'success', userName: 'alice-1' });
      writeVersion(3, 'selfCheck: async () => {}');
      await requestReload(host);
      await logged(server, /event 1004 policy reloaded/);
      expect((await versionFor(server))[0]).toBe(3);
    }),
  );

  test('comes by itself when the policy file changes, if WatchPolicy is set', () =>
    serving(host, policy, { settings: { watchPolicy: true } }, async (server) => {
      expect((await versionFor(server))[0]).toBe(1);
      writeVersion(2);
      await logged(server, /event 1004 policy reloaded/);
      expect((await versionFor(server))[0]).toBe(2);
    }));

  test('again and again, under 32 callers at a time, loses no dialog and mixes no policies', () =>
    serving(
      host,
      policy,
      { args: ['--ports', '40'], settings: { watchPolicy: true } },
      async (server) => {
        let reloads = 0;
        let calls = 0;
        const progress = new EventEmitter().setMaxListeners(0);
        const reloadUntil = async (end: number): Promise<void> => {
          const start = reloads;
          const callAgainAndAgain = async (_: unknown, at: number): Promise<void> => {
            // At each reload a quarter of the callers gets an answer, and dials again.
            const first = start + (at % RELOADS_OUTLIVED);
            for (let next = first; reloads < end; next += RELOADS_OUTLIVED) {
              const [version, caller] = await versionFor(server);
              calls += 1;
              while (reloads < Math.min(next, end)) await once(progress, 'reload');
              caller.types(`version-${version}\r`);
              // The RAS server begins PPP: the verdict was SUCCESS.
              await caller.sees('\x7e\xff');
              caller.hangUp();
            }
          };
          const callers = Promise.all(Array.from({ length: 32 }, callAgainAndAgain));
          // What it has loaded first is no reload.
          await logged(server, TAKES_CALLS);
          while (reloads < end) {
            writeVersion(reloads + 2);
            await loggedTimes(server, /event 1004 policy reloaded/, reloads + 1);
            reloads += 1;
            progress.emit('reload');
          }
          await callers;
          await server.outcome(calls);
        };
        await reloadUntil(WARM_UP_RELOADS);
        const warm = await useAtRest(server);
        await reloadUntil(RELOADS);
        const names = server.trace().flatMap((line) => (line.outcome ? [line['userName']] : []));
        expect(names).toHaveLength(calls);
        expect(names.filter((name) => !/^version-(\d+)-\1$/.test(String(name)))).toEqual([]);
        expect(new Set(names).size).toBeGreaterThan(RELOADS / 2);
        expect(logOf(server)).not.toMatch(/worker lost/);
        const reloaded = await useAtRest(server, warm.handles + SPARE_HANDLES);
        const kilobytes = reloaded.kilobytes - warm.kilobytes;
        expect(kilobytes / (RELOADS - WARM_UP_RELOADS)).toBeLessThan(KILOBYTES_A_WORKER);

        for (let i = 0; i < KILLS; i++) {
          const [, caller] = await versionFor(server);
          for (const worker of processesOf(server, 'main.js')) process.kill(worker, 'SIGKILL');
          await caller.closed();
        }
        (await versionFor(server))[1].hangUp();
        await server.outcome(calls + KILLS + 1);
        const bereft = await useAtRest(server, reloaded.handles + SPARE_HANDLES);
        console.log([warm, reloaded, bereft].map((use) => JSON.stringify(use)).join('\n'));
      },
    ));
});
