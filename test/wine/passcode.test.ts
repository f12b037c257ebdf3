import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { WindowsHost } from '../../lib/windows/windows-host';
import { servePolicy } from '../support/our-dll';
import { openMachine, until, type RasServer, type TraceLine } from '../support/ras-server';
import { sharedServer } from '../support/serving';

const POLICY = 'examples/passcode.ts';
const GRANTED = { outcome: 'success', userName: 'alice', domain: 'CONTOSO' };
const REFUSED = { outcome: 'failure', userName: 'alice', domain: 'CONTOSO', dwError: 0 };
/** How a PPP server's first frame begins (RFC 1662): what a caller gets after SUCCESS. */
const PPP = '~\xff}#';

let host: WindowsHost;
beforeAll(async () => {
  host = await openMachine();
});
afterAll(() => host.close());

describe('a plain TCP client', () => {
  let server: RasServer;
  let calls = 0;
  beforeAll(async () => {
    server = await servePolicy(host, POLICY, { args: ['--second', '50'] });
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    await server.dispose();
  });

  /** Runs a client, and returns its exit code, its output, and what the server was told. */
  async function dial(program: string, args: string[], input = '') {
    const client = spawn(program, args);
    let output = '';
    client.stdout.setEncoding('latin1').on('data', (text: string) => (output += text));
    client.stdin.end(input);
    const [code] = (await once(client, 'exit')) as [number];
    return { code, output, outcome: await server.outcome(++calls) };
  }

  test.each([
    ['right', '123456', PPP, GRANTED],
    ['wrong', '654321', 'Access denied.', REFUSED],
  ])('netcat that types all at once with the %s passcode', async (_, passcode, seen, told) => {
    const keys = `alice\r${passcode}\r`;
    const { output, outcome } = await dial('nc', ['127.0.0.1', `${server.port}`], keys);
    expect(output).toContain('User name: alice\r\nPasscode: \r\n');
    expect(output).toContain(seen);
    expect(outcome).toMatchObject(told);
  });

  test.each([
    ['right', '123456', 'Welcome', GRANTED],
    ['wrong', '12345', 'denied', REFUSED],
  ])('expect that logs in with the %s passcode', async (_, passcode, seen, told) => {
    const script = `
      set timeout 30
      spawn socat STDIO TCP:127.0.0.1:${server.port}
      expect "User name: " { send "alice\\n" } timeout { exit 2 }
      expect "Passcode: " { send "${passcode}\\n" } timeout { exit 3 }
      expect "${seen}" { expect eof; exit 0 } timeout { exit 4 }`;
    const { code, outcome } = await dial('expect', ['-c', script]);
    expect({ code, outcome }).toMatchObject({ code: 0, outcome: told });
  });

  test.each([
    ['right', '123456', 'Welcome', GRANTED],
    ['wrong', '1234567', 'denied', REFUSED],
  ])('the chat of ppp that logs in with the %s passcode', async (_, passcode, seen, told) => {
    // chat wants a serial line: socat makes one that leads to the server.
    const tty = join(server.directory, 'tty');
    const pty = `PTY,link=${tty},raw,echo=0,wait-slave`;
    const line = spawn('socat', [pty, `TCP:127.0.0.1:${server.port}`]);
    await until('the serial line', () => existsSync(tty));
    const script = `/usr/sbin/chat -t 30 name: alice code: ${passcode} ${seen} '\\c'`;
    // As long as PPP would come next on the line, it stays open after chat has ended.
    const thenWait = `exec 3<>${tty}; ${script} <&3 >&3; code=$?; cat <&3 >/dev/null; exit $code`;
    const { code, outcome } = await dial('bash', ['-c', thenWait]);
    line.kill();
    expect({ code, outcome }).toMatchObject({ code: 0, outcome: told });
  });
});

// Every placement with every kind of receive and of End; each size of the buffers with each of them.
describe.each([
  ['worker', [1, 16, 1500]],
  ['in-process', [16, 1500, 1]],
] as const)('%s placement', (placement, [one, two, three]) => {
  const server = sharedServer(() =>
    servePolicy(host, POLICY, { placement, args: ['--second', '20'] }),
  );

  test.each([
    [one, 'exact', 'inside'],
    [two, 'exact', 'thread'],
    [three, 'exact', 'after'],
    [two, 'available', 'inside'],
    [three, 'available', 'thread'],
    [one, 'available', 'after'],
  ])(
    'the calls come in the documented order with %d-byte buffers, receive %s, End %s Complete',
    async (bytes, receive, end) => {
      const args = [
        ...['--receive', receive, '--end', end],
        ...['--send-buffer', `${bytes}`, '--receive-buffer', `${bytes}`],
      ];
      const good = await server().callWith(args);
      const bad = await server().callWith(args);
      good.types('alice\r123456\r');
      bad.types('alice\r');
      await bad.sees('Passcode: ');
      bad.types('1234567\r');
      expect(await good.closed()).toContain(PPP);
      expect(await bad.closed()).not.toContain(PPP);
      for (const [caller, dwMsgId] of [
        [good, 1],
        [bad, 2],
      ] as const) {
        await server().outcomeOf(caller);
        const trace = server().traceOf(caller);
        expectDocumentedOrder(trace, { dwMsgId, dwError: 0 });
        expect(trace).toContainEqual(
          expect.objectContaining({ sendBufSize: bytes, recvBufSize: bytes }),
        );
      }
    },
  );
});

/** Begin, Sends with the Receive of each, Complete, End; with the documented results. */
function expectDocumentedOrder(trace: TraceLine[], verdict: object): void {
  const calls = trace.filter((line) => line.call !== undefined && !/GetInfo/.test(line.call));
  const results = trace.filter((line) => /Begin|End/.test(line.return ?? ''));
  const letters = calls.map(({ call }) => call?.replace('RasSecurityDialog', '')[0]).join('');
  // A Receive may come without a Send, when there is nothing to echo; never the other way round.
  expect(letters).toMatch(/^B(S?R)+CE$/);
  for (const { call, result, wiped } of calls) {
    if (/Send|Receive/.test(call ?? '')) expect(result).toBe(600);
    if (/Complete/.test(call ?? '')) expect(wiped).toBe(true);
  }
  expect(calls.find(({ call }) => call?.endsWith('Complete'))).toMatchObject(verdict);
  expect(results.map(({ result }) => result)).toEqual([0, 619]);
}
