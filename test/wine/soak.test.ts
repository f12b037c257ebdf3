// Many dialogs in one server: no verdict reaches another call, and nothing grows.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { servePolicy, type OurDllOptions } from '../support/our-dll';
import { processUse, type ProcessUse } from '../support/process-use';
import { openMachine, until, type RasServer } from '../support/ras-server';
import { seeded } from '../support/seeded';
import { answered } from '../support/serving';
import { processesWith } from '../support/wine-processes';

const POLICIES = resolve(__dirname, 'policies');
const STALE_DIALOGS = 10_000;
/** After how many dialogs the processes are looked at, for the first time when they are warm. */
const LOOKS = [2000, 5000, 10_000, 15_000, 20_000];
/** They take two on a machine that does nothing else. */
const MAY_TAKE_MS = 10 * 60_000;
/** The key that a verdict would otherwise wait a second for. */
const DONE = ' ';

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

/** Serves a policy for one test, which must break no rule, hence 0, and leave no process. */
async function serving(
  policy: string,
  options: OurDllOptions,
  test: (server: RasServer) => Promise<void>,
): Promise<void> {
  const server = await servePolicy(host, resolve(POLICIES, policy), options);
  try {
    await test(server);
    expect(await server.stop()).toBe(0);
    await until('all processes to end', () => processesWith(server.directory).length === 0);
  } finally {
    await server.dispose();
  }
}

/** Holds the dialogs `first` to `end` - 1, some at a time. */
async function hold(
  first: number,
  end: number,
  atATime: number,
  dialog: (number: number) => Promise<void>,
): Promise<void> {
  let next = first;
  const callers = Array.from({ length: atATime }, async () => {
    while (next < end) await dialog(next++);
  });
  await Promise.all(callers);
}

test(
  'no verdict for an earlier caller reaches the next one on the same handle (SD-29)',
  () =>
    serving(
      'tagged.ts',
      { args: ['--reuse-handles', '--trace-data', '--ports', '8'] },
      async (server) => {
        const tagged = async (tag: string, hangsUp: boolean) => {
          const caller = await answered(server, 'Tag: ');
          caller.types(`${tag}\r${DONE}`);
          if (hangsUp) await caller.seesOrLoses(tag);
          else await caller.closed();
          caller.hangUp();
        };
        await hold(0, STALE_DIALOGS, 7, (number) => tagged(`${number}`, number % 3 !== 0));
        await tagged('late', false);

        /** What the caller of the dialog that runs on a port has typed. */
        const typed = new Map<number, string>();
        const crossed = [];
        const granted = [];
        const trace = server.trace();
        for (const line of trace) {
          const { port = 0, userName } = line;
          if (line.call === 'RasSecurityDialogBegin') typed.set(port, '');
          if (line['line'] === 'input') {
            typed.set(port, `${typed.get(port)}${String(line['data'])}`);
          }
          if (line.outcome !== 'success') continue;
          granted.push(userName);
          const tag = typed.get(port)?.split('\r')[0];
          if (tag !== 'late' && userName !== `caller-${tag}`) crossed.push({ tag, line });
        }
        expect(crossed).toEqual([]);
        expect(new Set(granted).size).toBe(granted.length);
        // Those who found the verdict before them still under way have dialled again.
        const taken = trace.filter(({ outcome = 'begin-refused' }) => outcome !== 'begin-refused');
        expect(taken).toHaveLength(STALE_DIALOGS + 1);
        const handles = trace.filter((line) => line.call === 'RasSecurityDialogBegin');
        expect(new Set(handles.map((line) => line['hPort'])).size).toBeLessThanOrEqual(8);
        const late = Number(/^late-(\d+)$/.exec(String(granted.at(-1)))?.[1]);
        expect(late).toBeGreaterThan(STALE_DIALOGS / 10);
        const refused = trace.filter((line) => line.outcome === 'begin-refused').length;
        console.log(
          `${STALE_DIALOGS} dialogs, ${late} late verdicts, none crossed; ` +
            `${refused} calls refused for a verdict under way`,
        );
      },
    ),
  MAY_TAKE_MS,
);

test(
  'handles, threads and memory stay what they are, whatever goes wrong in dialogs',
  () =>
    serving(
      'erratic.ts',
      {
        settings: { nodeArguments: '--expose-gc', recycleDialogs: 1_000_000 },
        args: [
          ...['--ports', '40', '--reuse-handles'],
          ...['--fault', 'spurious-event=1@4', '--fault', 'delay-completion=2@6'],
          ...['--fault', 'send-error=652@15', '--fault', 'receive-error=652@17'],
          ...['--fault', 'getinfo-error=652@16'],
        ],
      },
      async (server) => {
        const random = seeded(20_000);
        const erratic = async (number: number) => {
          const caller = await answered(server, 'Number: ');
          // How many keys they type before they hang up; the rest of them awaits the end.
          const keys = random() % 3 === 0 ? random() % 12 : Infinity;
          const answer = `${number}\r`;
          caller.types(answer.slice(0, keys));
          if (keys >= answer.length && (await caller.seesOrLoses('Passcode: '))) {
            const passcode = '7'.repeat(1 + (random() % 8));
            caller.types(`${passcode}\r${DONE}`.slice(0, keys - answer.length));
          }
          if (keys === Infinity) await caller.closed();
          caller.hangUp();
        };
        const use = async (): Promise<Record<string, ProcessUse>> => {
          const caller = await answered(server, 'Number: ');
          caller.types(`collect\r${DONE}`);
          await caller.closed();
          const [ras = 0, worker = 0] = ['ras-server.exe', 'main.js'].map((program) =>
            processesWith(server.directory).find((pid) =>
              readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(program),
            ),
          );
          return {
            ras: await processUse(host, 'ras-server.exe', ras),
            worker: await processUse(host, 'node.exe', worker),
          };
        };
        const figures: { dialogs: number; use: Record<string, ProcessUse> }[] = [];
        for (const dialogs of LOOKS) {
          await hold(figures.at(-1)?.dialogs ?? 0, dialogs, 32, erratic);
          figures.push({ dialogs, use: await use() });
        }
        console.log(figures.map((figure) => JSON.stringify(figure)).join('\n'));
        for (const [program, kilobytes] of [
          // A thread has a stack of a megabyte and some handles. The pool starts more of them when the
          // machine is slow, whatever the number of dialogs.
          ['ras', 12 * 1024],
          // What V8 keeps of its own is not the same from one look to the next.
          ['worker', 32 * 1024],
        ] as const) {
          const before = figures.at(0)?.use[program];
          const after = figures.at(-1)?.use[program];
          if (!before || !after) throw new Error(`no figures of ${program}`);
          expect(after.handles - before.handles).toBeLessThanOrEqual(16);
          expect(after.threads - before.threads).toBeLessThanOrEqual(8);
          expect(after.kilobytes - before.kilobytes).toBeLessThan(kilobytes);
        }
      },
    ),
  MAY_TAKE_MS,
);
