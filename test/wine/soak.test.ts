// Many dialogs in one server: no verdict reaches another call, and nothing grows.
import { resolve } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { servePolicy, type OurDllOptions } from '../support/our-dll';
import { processUse } from '../support/process-use';
import { openMachine, type RasServer } from '../support/ras-server';
import { seeded } from '../support/seeded';
import { answered } from '../support/serving';
import { slope } from '../support/slope';
import { soakSize } from '../support/soak-size';
import { noneLeft, processesOf } from '../support/wine-processes';

const POLICIES = resolve(__dirname, 'policies');
const STALE_DIALOGS = soakSize({ inTest: 500, inSoak: 10_000 });
const WELCOMED_DIALOGS = soakSize({ inTest: 200, inSoak: 10_000 });
/** How often the processes are looked at, for the first time when they are warm. */
const LOOKS = 10;
const WARM_UP_DIALOGS = soakSize({ inTest: 200, inSoak: 2000 });
const DIALOGS_A_LOOK = soakSize({ inTest: 80, inSoak: 2000 });
/**
 * Bytes that a dialog may leave behind. In a soak that is less than the smallest thing that can leak
 * in the RAS process and in JavaScript, a block of the heap and an object, and in the worker less
 * than the buffers of one port: on a busy machine what V8 keeps differs by megabytes between two
 * looks. A short run sees only what
 * loses the buffers of a port in the RAS process and JavaScript, and much more than these in the
 * worker, because its processes have not got all yet that they keep.
 */
const BLUR = soakSize({ inTest: 120, inSoak: 1 });
const MAY_LEAVE = { ras: 24 * BLUR, javaScript: 32 * BLUR, worker: 512 * BLUR };
const ERROR_BUSY = 170;
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
    await noneLeft(server.directory);
  } finally {
    await server.dispose();
  }
}

/** Bytes that a dialog has left behind, from the memory in use at each look. */
function leftByDialog(kilobytes: readonly number[]): number {
  return (slope(kilobytes) * 1024) / DIALOGS_A_LOOK;
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

test('no verdict for an earlier caller reaches the next one on the same handle (SD-29)', () =>
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
  ));

test.each(['inside', 'thread', 'after'])(
  'who calls as soon as a handle is free, with End %s Complete, is let in, or refused for nothing but a Complete that is not back (SD-29)',
  (end) =>
    serving(
      'welcoming.ts',
      { args: ['--reuse-handles', '--ports', '4', '--end', end] },
      async (server) => {
        // What they see is PPP's first frame.
        await hold(0, WELCOMED_DIALOGS, 8, async () => (await answered(server, '~')).hangUp());
        const outcomes = server.trace().filter(({ outcome }) => outcome !== undefined);
        const refused = outcomes.filter(({ outcome }) => outcome === 'begin-refused');
        expect(refused.filter(({ dwError }) => dwError !== ERROR_BUSY)).toEqual([]);
        const granted = outcomes.filter(({ outcome }) => outcome === 'success');
        expect(granted).toHaveLength(WELCOMED_DIALOGS);
        console.log(`End ${end} Complete: ${refused.length} refused of ${granted.length} dialogs`);
      },
    ),
);

test('handles, threads and memory stay what they are, whatever goes wrong in dialogs', () =>
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
      const look = async () => {
        const caller = await answered(server, 'Number: ');
        caller.types(`collect\r${DONE}`);
        const bytes = Number(/In use: (\d+)/.exec(await caller.closed())?.[1]);
        const [ras = 0] = processesOf(server, 'ras-server.exe');
        const [worker = 0] = processesOf(server, 'main.js');
        const use = await processUse(host, { 'ras-server.exe': ras, 'node.exe': worker });
        return {
          ras: use['ras-server.exe'],
          worker: use['node.exe'],
          javaScript: { kilobytes: bytes / 1024 },
        };
      };
      const figures: Awaited<ReturnType<typeof look>>[] = [];
      let dialogs = 0;
      const holdSome = (count: number) => hold(dialogs, (dialogs += count), 32, erratic);
      await holdSome(WARM_UP_DIALOGS);
      figures.push(await look());
      while (figures.length < LOOKS) {
        await holdSome(DIALOGS_A_LOOK);
        figures.push(await look());
      }
      console.log(figures.map((figure) => JSON.stringify(figure)).join('\n'));
      for (const program of ['ras', 'worker'] as const) {
        const grown = (what: 'handles' | 'threads') => {
          const numbers = figures.map((figure) => figure[program][what]);
          return Math.max(...numbers) - (numbers[0] ?? NaN);
        };
        // Each of two pools starts more threads when the machine is slow, whatever the number of dialogs.
        expect(grown('handles')).toBeLessThanOrEqual(16);
        expect(grown('threads')).toBeLessThanOrEqual(16);
      }
      const left = (what: keyof typeof MAY_LEAVE) =>
        leftByDialog(figures.map((figure) => figure[what].kilobytes));
      const bytes = { ras: left('ras'), worker: left('worker'), javaScript: left('javaScript') };
      console.log('bytes left behind by a dialog', bytes);
      expect(bytes.ras).toBeLessThan(MAY_LEAVE.ras);
      expect(bytes.worker).toBeLessThan(MAY_LEAVE.worker);
      expect(bytes.javaScript).toBeLessThan(MAY_LEAVE.javaScript);
    },
  ));
