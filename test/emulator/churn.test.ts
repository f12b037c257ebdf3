// Callers beside others who dial and hang up at once, again and again, as a port scanner does. The
// security DLL is well_behaved.dll (alice with 123456 gets in).
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { openMachine, RasServer, until } from '../support/ras-server';

const CONNECTIONS = 10_000;
/** How many new callers the emulator takes before it looks at its lines again, and some more. */
const MOST_AT_ONCE = 32;

let machine: WindowsHost;
let server: RasServer;
let churn: Churn | undefined;

beforeAll(async () => {
  machine = await openMachine();
});
afterEach(async () => {
  await churn?.stop();
  await server.dispose();
});
afterAll(() => machine.close());

/** A program that dials and hangs up until it is told to stop. */
class Churn {
  readonly #program: ChildProcess;
  /** How many callers have come and gone. */
  count = 0;

  constructor(port: number) {
    const script = join(__dirname, '../support/churn.py');
    this.#program = spawn('python3', [script, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#program.stdout?.on('data', (text: Buffer) => {
      this.count = Number(text.toString().trim().split('\n').at(-1));
    });
  }

  async stop(): Promise<void> {
    if (this.#program.kill()) await once(this.#program, 'exit');
  }
}

async function beginChurn(): Promise<Churn> {
  const others = new Churn(server.port);
  churn = others;
  await until('the first of those who hang up', () => others.count > 100);
  return others;
}

test('10,000 callers who hang up at once keep nobody from being served, and no line (EM-25)', async () => {
  server = await RasServer.start(machine, { dll: 'well_behaved.dll', args: ['--strict'] });
  const dial = async () => {
    const caller = await server.call();
    await caller.sees('User name: ');
    return caller;
  };
  const callers = [await dial(), await dial(), await dial()];
  const leaver = await dial();

  const others = await beginChurn();
  leaver.hangUp();
  await server.traced((line) => line['line'] === 'hang-up' && line.port === 4);
  for (const caller of callers) {
    caller.types('alice\r');
    await caller.sees('Passcode: ');
    caller.types('123456\r');
    await caller.sees('Welcome');
  }
  // Until here they had to be served beside the others, however long that took.
  for (let reached = others.count; reached < CONNECTIONS; reached = others.count) {
    const before = reached;
    await until('more of the others', () => others.count > before);
  }
  await others.stop();

  // Whoever was answered is gone, and nobody holds a port.
  const count = (what: string) => server.trace().filter((line) => line['line'] === what).length;
  const ended = () => server.trace().filter((line) => line.outcome !== undefined).length;
  await until(
    'every call to be over',
    () => ended() === count('answered') && ended() > 0,
    () => server.trace().length,
  );
  const last = await server.call();
  await last.sees('User name: ');
  expect(await server.stop()).toBe(0);
});

test('between two looks at a caller who types, only so many new callers are taken (EM-25)', async () => {
  // What is typed is lost, so that more is always taken.
  server = await RasServer.start(machine, {
    dll: 'well_behaved.dll',
    args: ['--fault', 'silent-line'],
  });
  const caller = await server.call();
  await caller.sees('User name: ');
  await beginChurn();
  caller.types(new Uint8Array(4_000_000).fill(0x78));
  await server.traced((line) => line['line'] === 'input' && line.port === 1, 50);

  let taken = 0;
  // Of what has been typed by then, since what comes later may have to be typed first.
  const gaps: number[] = [];
  for (const line of server.trace()) {
    if (line['line'] === 'ring') taken++;
    if (line['line'] !== 'input' || line.port !== 1) continue;
    gaps.push(taken);
    taken = 0;
  }
  // Before the first there was nothing to look at.
  expect(Math.max(...gaps.slice(1, 50))).toBeLessThanOrEqual(MOST_AT_ONCE);
});
