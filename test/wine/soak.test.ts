// Many dialogs in one server: no verdict reaches another call, and nothing grows. `npm run soak`
// holds 10,000 and 20,000 of them, `npm test` a part.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { servePolicy, type OurDllOptions } from '../support/our-dll';
import { processUse, type ProcessUse } from '../support/process-use';
import { openMachine, until, type Caller, type RasServer } from '../support/ras-server';
import { seeded } from '../support/seeded';
import { processesWith } from '../support/wine-processes';

const POLICIES = resolve(__dirname, 'policies');
const LONG = process.env['RASSHOST_SOAK'] === 'long';
const STALE_DIALOGS = LONG ? 10_000 : 1000;
const SOAK_DIALOGS = LONG ? 20_000 : 2000;
const MINUTES = 60_000;

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

/** Serves a policy for one test, which must break no rule and leave no process. */
async function serving(
  policy: string,
  options: OurDllOptions,
  test: (server: RasServer) => Promise<void>,
): Promise<void> {
  const server = await servePolicy(host, resolve(POLICIES, policy), options);
  try {
    await test(server);
    expect(await server.stop()).toBe(0);
    expect(server.rules()).toEqual([]);
    await until('all processes to end', () => processesWith(server.directory).length === 0);
  } finally {
    await server.dispose();
  }
}

/** Holds dialogs 0 to `count` - 1, some at a time. */
async function hold(
  count: number,
  atATime: number,
  dialog: (number: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const callers = Array.from({ length: atATime }, async () => {
    while (next < count) await dialog(next++);
  });
  await Promise.all(callers);
}

/** Waits until the caller has seen `text`, or is cut off. */
async function shows(caller: Caller, text: string): Promise<void> {
  await until(
    () => `${text} or the end of ${JSON.stringify(caller.output)}`,
    () => caller.isClosed || caller.output.includes(text),
  );
}

/** Dials until there is a free port, and the prompt. */
async function answered(server: RasServer, prompt: string): Promise<Caller> {
  for (;;) {
    const caller = await server.call();
    await shows(caller, prompt);
    if (caller.output !== '') return caller;
  }
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
          caller.types(`${tag}\r`);
          if (hangsUp) await shows(caller, tag);
          else await caller.closed();
          caller.hangUp();
        };
        await hold(STALE_DIALOGS, 7, (number) => tagged(`${number}`, number % 3 !== 0));
        await tagged('late', false);

        /** What the caller of the dialog that runs on a port has typed. */
        const typed = new Map<number, string>();
        const crossed = [];
        const granted = [];
        const trace = server.trace();
        for (const line of trace) {
          const { port = 0, userName } = line;
          if (line.call === 'RasSecurityDialogBegin') typed.set(port, '');
          if (line['line'] === 'input') typed.set(port, `${typed.get(port)}${line['data']}`);
          if (line.outcome !== 'success') continue;
          granted.push(userName);
          const tag = typed.get(port)?.split('\r')[0];
          if (tag !== 'late' && userName !== `caller-${tag}`) crossed.push({ tag, line });
        }
        expect(crossed).toEqual([]);
        expect(new Set(granted).size).toBe(granted.length);
        expect(trace.filter((line) => line.outcome !== undefined)).toHaveLength(STALE_DIALOGS + 1);
        const handles = trace.filter((line) => line.call === 'RasSecurityDialogBegin');
        expect(new Set(handles.map((line) => line['hPort'])).size).toBeLessThanOrEqual(8);
        const late = Number(/^late-(\d+)$/.exec(String(granted.at(-1)))?.[1]);
        expect(late).toBeGreaterThan(STALE_DIALOGS / 10);
        console.log(`${STALE_DIALOGS} dialogs, ${late} late verdicts, none crossed`);
      },
    ),
  LONG ? 30 * MINUTES : 2 * MINUTES,
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
          const passcode = '7'.repeat(random() % 9);
          const keys = random() % 3 === 0 ? random() % 12 : Infinity;
          caller.types(`${number}\r`.slice(0, keys));
          const wanted = keys > String(number).length ? 'Passcode: ' : '';
          await shows(caller, wanted);
          caller.types(`${passcode}\r`.slice(0, Math.max(0, keys - String(number).length - 1)));
          if (keys === Infinity) await caller.closed();
          caller.hangUp();
        };
        const use = async (): Promise<Record<string, ProcessUse>> => {
          const caller = await answered(server, 'Number: ');
          caller.types('collect\r');
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
        for (let part = 1; part <= 4; part++) {
          await hold(SOAK_DIALOGS / 4, 32, erratic);
          figures.push({ dialogs: (part * SOAK_DIALOGS) / 4, use: await use() });
        }
        console.log(JSON.stringify(figures, null, 1));
        const [first, ...later] = figures;
        for (const program of ['ras', 'worker']) {
          const before = first?.use[program];
          const after = later.at(-1)?.use[program];
          if (!before || !after) throw new Error(`no figures of ${program}`);
          expect(after.handles - before.handles).toBeLessThanOrEqual(8);
          expect(after.threads - before.threads).toBeLessThanOrEqual(4);
          expect(after.kilobytes - before.kilobytes).toBeLessThan(8192);
        }
      },
    ),
  LONG ? 30 * MINUTES : 2 * MINUTES,
);
