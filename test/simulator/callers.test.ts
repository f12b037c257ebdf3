// The programs with which people dial in, against the simulated RAS server and the emulated one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { SYSTEM_CLOCK } from '../../lib/time/clock';
import { parseScript } from '../../lib/simulator/scp/parse-script';
import { TcpLine } from '../../lib/simulator/tcp-line';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { CapturedIo } from '../support/captured-io';
import { servePolicy } from '../support/our-dll';
import { openMachine, until, type RasServer } from '../support/ras-server';

const POLICY = 'examples/passcode.ts';

/** A RAS server that takes calls. */
interface Server {
  readonly port: number;
  /** How the `count`th call has ended. */
  outcome(count: number): Promise<string>;
  stop(): Promise<void>;
}

async function simulator(): Promise<Server> {
  const io = new CapturedIo();
  const stop = new AbortController();
  const done = main(['simulate', POLICY, '--tcp', '0'], io, stop.signal);
  const port = await until('the simulator', () => /listening .*:(\d+)/.exec(io.out)?.[1]);
  return {
    port: Number(port),
    outcome: (count) =>
      until('an outcome', () => new RegExp(`call ${count}: (\\w+)`).exec(io.out)?.[1]),
    async stop() {
      stop.abort();
      await done;
    },
  };
}

async function emulator(): Promise<Server> {
  const machine: WindowsHost = await openMachine();
  const server: RasServer = await servePolicy(machine, POLICY, { args: ['--second', '50'] });
  return {
    port: server.port,
    outcome: async (count) => String((await server.outcome(count)).outcome),
    async stop() {
      await server.dispose();
      await machine.close();
    },
  };
}

const SCP = `
  proc main
    waitfor "user name: " until 30
    if $FAILURE then halt endif
    transmit $USERID
    transmit "^M"
    waitfor "Nobody" then lost, "Passcode: ", matchcase then found until 30
  lost:
    halt
  found:
    transmit $PASSWORD, raw
    transmit "<cr>"
    waitfor "Welcome" until 30
  endproc`;

describe.each([
  ['the simulator', simulator],
  ['the emulator', emulator],
])('%s', (_name, start) => {
  let server: Server;
  let directory: string;
  let calls = 0;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'rasshost-test-'));
    server = await start();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });

  /** What a client ended with, and what the server was told. */
  async function called(program: string, ...args: string[]) {
    const client = spawn(program, args, { stdio: 'ignore' });
    const [code] = (await once(client, 'exit')) as [number];
    return [code, await server.outcome(++calls)];
  }

  test.each([
    ['123456', 'success'],
    ['654321', 'failure'],
  ])('takes the call of a .scp script with passcode %s (EM-27)', async (password, outcome) => {
    const socket = connect(server.port, '127.0.0.1');
    let received = '';
    socket.on('data', (text) => (received += String(text)));
    await parseScript('login.scp', SCP).run({
      line: new TcpLine(socket),
      credentials: { userName: 'alice', password },
      clock: SYSTEM_CLOCK,
    });
    expect(await server.outcome(++calls)).toBe(outcome);
    // The same bytes on both servers: LCP Configure-Request, with its check sequence.
    const ppp = /~\xff}#\xc0!}!}!} }7}"}&} } } } }#}%\xc2#\x81}%}&RAS!}'}"\x9bs~$/;
    expect(ppp.test(received)).toBe(outcome === 'success');
  });

  test('takes the call of expect', async () => {
    const script = `
      set timeout 30
      spawn socat STDIO TCP:127.0.0.1:${server.port}
      expect "User name: " { send "alice\\n" } timeout { exit 2 }
      expect "Passcode: " { send "123456\\n" } timeout { exit 3 }
      expect "Welcome" { expect eof; exit 0 } timeout { exit 4 }`;
    expect(await called('expect', '-c', script)).toEqual([0, 'success']);
  });

  test('takes the call of the chat of ppp, which waits for PPP', async () => {
    const tty = join(directory, 'tty');
    const pty = `PTY,link=${tty},raw,echo=0,wait-slave`;
    const line = spawn('socat', [pty, `TCP:127.0.0.1:${server.port}`]);
    await until('the serial line', () => existsSync(tty));
    const chat = "/usr/sbin/chat -t 30 name: alice code: 123456 Welcome '\\c' '~' '\\c'";
    expect(await called('sh', '-c', `exec 3<>${tty}; ${chat} <&3 >&3`)).toEqual([0, 'success']);
    line.kill();
  });
});
