import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { main } from '../../lib/cli/main';
import { readTape } from '../../lib/replay/read-tape';
import { CapturedIo } from '../support/captured-io';
import { Caller, until } from '../support/ras-server';

const POLICY = resolve('examples/passcode.ts');
const COMMAND = resolve('dist/cli/main.js');

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost-test-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Ends what a failed test has left behind. */
const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanUp) => cleanUp()));

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** Begins `rasshost simulate`, which runs until it is done or told to stop. */
function start(...args: string[]) {
  const io = new CapturedIo();
  const stop = new AbortController();
  cleanups.push(() => stop.abort());
  return { io, code: main(['simulate', ...args], io, stop.signal), stop: () => stop.abort() };
}

async function run(...args: string[]) {
  const { io, code } = start(...args);
  return { code: await code, out: io.out.replaceAll('\r', ''), err: io.problems };
}

/** The same with a TCP port. */
async function serve(...args: string[]) {
  const running = start(...args, '--tcp', '0');
  const port = (): number => Number(/listening 127\.0\.0\.1:(\d+)/.exec(running.io.out)?.[1]);
  await until('the simulator to listen', () => port() > 0);
  const dial = () => new Caller(connect(port(), '127.0.0.1'));
  return { ...running, dial };
}

/** The line about the end of the first call. */
function ended(outcome: string, alone = true): RegExp {
  return new RegExp(
    `${alone ? '^' : ''}\\ncall 1: ${outcome.replace(/[\\()]/g, '\\$&')}, \\d+\\.\\d s\\n$`,
  );
}

const asUser = String.raw`
  expect "User name: "
  send "alice\r"
  expect "Passcode: "
  `;

describe('simulate --script', () => {
  test.each([
    ['success', String.raw`send "123456\r"`, 0, 'success CONTOSO\\alice'],
    ['failure', String.raw`send "654321\r"`, 1, 'failure CONTOSO\\alice'],
    ['a lost call', 'hangup', 4, 'error 619 ERROR_PORT_DISCONNECTED (the caller hung up)'],
    ['an expected failure', 'send "1\\r"\nexpect-outcome failure', 0, 'failure CONTOSO\\alice'],
  ])('tells %s by its exit code', async (_what, script, expected, outcome) => {
    const { code, out, err } = await run(POLICY, '--script', file('x.txt', asUser + script));
    expect([code, err]).toEqual([expected, '']);
    expect(out).toMatch(/^Contoso dial-in\nUser name: alice\nPasscode: /);
    expect(out.slice(out.lastIndexOf('\n', out.length - 2))).toMatch(ended(outcome));
    expect(out.includes('[PPP begins]')).toBe(outcome.startsWith('success'));
  });

  test('tells an error by its exit code, and what the policy threw', async () => {
    const policy = file(
      'broken.ts',
      `import { definePolicy } from 'rasshost';
       export default definePolicy(() => { throw new Error('no token server'); });`,
    );
    const { code, out, err } = await run(policy, '--script', file('none.txt', ''));
    expect([code, out]).toEqual([3, expect.stringMatching(ended('error 645 ERROR_AUTH_INTERNAL'))]);
    expect(err).toMatch(/the policy threw Error: no token server\n +at .*broken\.ts:2/);
  });

  test('shows what the policy logs, with the time and the number of the call', async () => {
    const policy = file(
      'logs.ts',
      `import { definePolicy, deny } from 'rasshost';
       export default definePolicy((dialog) => {
         dialog.log.warn('the token server is slow', { seconds: 4 });
         return deny();
       });`,
    );
    const { code, err } = await run(policy, '--script', file('none.txt', ''));
    expect(code).toBe(1);
    expect(err).toMatch(/^\d{4}-.*Z dialog 1: warn: the token server is slow { seconds: 4 }\n$/);
  });

  test.each([
    ['a policy that is not there', ['nowhere.ts'], 6, 'RASSHOST_E_POLICY_NOT_FOUND'],
    ['nobody to be the caller', [POLICY], 2, 'no terminal to call from'],
    ['you as a caller who sees nothing', [POLICY, '--json'], 2, 'with --json you would not see'],
    ['two callers', [POLICY, '--tcp', '0', '--script', 'x'], 2, '--tcp and --script exclude'],
    [
      'a script that is not there',
      [POLICY, '--script', 'nowhere.scp'],
      2,
      '--script: there is no file nowhere.scp',
    ],
    ['a serial port that is not there', [POLICY, '--serial', '/nowhere'], 2, '--serial /nowhere: '],
    ['a file that is no serial port', [POLICY, '--serial', POLICY], 2, 'not a serial port'],
    ['an address of others', [POLICY, '--tcp', '203.0.113.1:0'], 2, 'EADDRNOTAVAIL'],
    [
      'a script for which it would wait for another call',
      [POLICY, '--script', 'x', '--keep'],
      2,
      '--script makes one call, so --keep has no effect with it; --watch repeats the call',
    ],
    ['a number that is none', [POLICY, '--baud', 'fast'], 2, 'must be a whole number from 1'],
    ['a password on the command line', [POLICY, '--password', 'x'], 2, 'unknown option'],
    [
      'a tape where nothing can be written',
      [POLICY, '--tcp', '0', '--record', '/nowhere/x.tape'],
      2,
      '--record: the directory /nowhere does not exist',
    ],
    [
      'a tape that is there already',
      [POLICY, '--tcp', '0', '--record', 'package.json'],
      5,
      'RASSHOST_E_EXISTS: --record: package.json exists already',
    ],
  ])('refuses %s', async (_what, args, code, problem) => {
    expect(await run(...args)).toEqual({ code, out: '', err: expect.stringContaining(problem) });
  });

  test('ends with an error when the call does not go as the script says', async () => {
    const script = file('wrong.txt', asUser + 'hangup\nexpect-outcome success');
    const { code, err } = await run(POLICY, '--script', script);
    expect([code, err]).toEqual([5, expect.stringContaining('outcome success, not error')]);
  });

  test('fills in a .scp script with a password that is nowhere on the command line', async () => {
    const script = file(
      'login.scp',
      `proc main
         waitfor "User name: "
         transmit $USERID + "^M"
         waitfor "Passcode: "
         transmit $PASSWORD, raw
         transmit "^M"
         waitfor "Welcome"
       endproc`,
    );
    const password = file('password', '123456\n');
    const args = [POLICY, '--script', script, '--user', 'alice', '--password-file', password];
    expect((await run(...args)).code).toBe(0);
  });

  test.each([
    ['x.txt', 'expect "User name: "\nsend $PASSWORD', '$PASSWORD: give it with --password-env'],
    ['x.txt', 'send $USERID', '$USERID: give it with --user NAME'],
    ['x.scp', 'proc main\ntransmit $PASSWORD\nendproc', '$PASSWORD: give it with --password-env'],
  ])(
    'refuses a script %s %j before the call when it is not given what it uses',
    async (...args) => {
      const [name, script, problem] = args;
      expect(await run(POLICY, '--script', file(name, script))).toEqual({
        code: 2,
        out: '',
        err: expect.stringContaining(`the script uses ${problem}`),
      });
    },
  );

  test.each([
    ['--password-env', 'NO_SUCH_VARIABLE', 'there is no environment variable NO_SUCH_VARIABLE'],
    ['--password-file', '/nowhere', "/nowhere can't be read: ENOENT"],
  ])('says what %s %s does not find', async (option, source, problem) => {
    const script = file('x.txt', 'expect "User name: "\nsend $PASSWORD');
    expect(await run(POLICY, '--script', script, option, source)).toEqual({
      code: 2,
      out: '',
      err: expect.stringContaining(`RASSHOST_E_OPTION: ${option}: ${problem}`),
    });
  });

  test.each([
    ['x.txt', 'expect "Nobody"', /:1:1: expected "Nobody" in 1 s, but saw "Contoso/],
    ['x.txt', 'expect "name: "', /x\.txt: the script has ended, but not the call: 1 s of silence/],
    [
      'x.scp',
      'proc main\nwaitfor "nobody", "nothing"\nendproc',
      /:2:1: waited for "nobody" or "nothing", but 1 s of silence followed "Contoso/,
    ],
    [
      'x.scp',
      'proc main\nhalt\nendproc',
      /the script has ended, .* 1 s of silence after ".*name: "/,
    ],
  ])('gives up a script %s %j that waits for what never comes', async (name, script, problem) => {
    const args = ['--script', file(name, script), '--patience-seconds', '1'];
    const { code, out, err } = await run(POLICY, ...args);
    expect([code, err]).toEqual([5, expect.stringMatching(problem)]);
    expect(out).toMatch(ended('error 619 ERROR_PORT_DISCONNECTED (the caller hung up)', false));
  });

  test('--quiet leaves the dialog, and --json what a program reads', async () => {
    const script = file('quiet.txt', asUser + 'hangup');
    const quiet = await run(POLICY, '--script', script, '--quiet');
    expect(quiet).toEqual({ code: 4, out: expect.stringMatching(/Passcode: \n$/), err: '' });
    const json = await run(POLICY, '--script', script, '--json');
    expect(json).toEqual({ code: 4, out: expect.stringMatching(/^(\{"t":.*\}\n)+$/), err: '' });
  });

  test('--watch calls again when the policy has changed, until it is told to stop', async () => {
    const policyOf = (verdict: string): string =>
      `import { definePolicy, deny, grant } from 'rasshost';
       export default definePolicy(() => ${verdict}({ userName: 'alice', domain: 'CONTOSO' }));`;
    const policy = file('again.ts', policyOf('deny'));
    const script = file('again.txt', 'expect-outcome success');
    const { io, code, stop } = start(policy, '--script', script, '--watch');
    await until('the first call', () => /outcome success, not failure/.test(io.err));
    utimesSync(file('again.ts', policyOf('grant')), 1, 1);
    await until('the second call', () => /call 2: success CONTOSO/.test(io.out));
    stop();
    expect(await code).toBe(0);
  });

  test('--json writes every call, what the policy does, and the outcome, but no secret', async () => {
    const script = file('json.txt', asUser + String.raw`send "123456\r"`);
    const { out } = await run(POLICY, '--json', '--script', script);
    const lines = out.split('\n').filter((line) => line !== '');
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events[0]).toMatchObject({ port: 1, call: 'RasSecurityDialogBegin', result: 0 });
    expect(events).toContainEqual(expect.objectContaining({ dialog: 'answered', line: 'alice' }));
    expect(events).toContainEqual(expect.objectContaining({ dialog: 'answered-secret' }));
    expect(events).toContainEqual(expect.objectContaining({ receive: 'completed', bytes: 1 }));
    expect(events.at(-1)).toMatchObject({ outcome: 'success', userName: 'alice' });
    expect(out).not.toContain('123456');
  });

  test('--explain lists the calls, and the steps in words', async () => {
    const script = file('explain.txt', asUser + 'hangup');
    const { out, err } = await run(POLICY, '--explain', '--script', script);
    expect(err).toMatch(/ms {2}RasSecurityDialogSend +600 PENDING +length=28\n/);
    expect(err).toMatch(/ms {4}receive completed +bytes=1 lastError=0\n/);
    expect(out).toMatch(/ s {2}the caller answered "alice"\n/);
    expect(out).toMatch(/ s {2}the caller hung up\n/);
  });

  test('the switches of the server are those of the emulator', async () => {
    const switches = '--send-buffer 7 --receive-buffer 1 --receive available --device';
    const policy = file(
      'device.ts',
      `import { definePolicy, fail } from 'rasshost';
       export default definePolicy(async (dialog) => {
         dialog.print(dialog.deviceName + ' ' + Math.ceil(dialog.remainingSeconds));
         await dialog.ask('? ');
         return fail(645);
       });`,
    );
    const script = file(
      'device.txt',
      String.raw`expect "COM1 30? "
      hangup`,
    );
    const args = [...switches.split(' '), 'COM1', '--dialog-seconds', '30', '--json'];
    const { out } = await run(policy, '--script', script, ...args);
    const lengths = [...out.matchAll(/"call":"RasSecurityDialogSend","length":(\d+)/g)];
    expect(lengths.map(([, length]) => Number(length))).toEqual([7, 2]);
  });

  test('--help names each default in one way', async () => {
    const io = new CapturedIo();
    await main(['simulate', '--help'], io, new AbortController().signal);
    const help = io.out.replace(/\n {10,}/g, ' ');
    for (const option of ['--patience-seconds', '--load-seconds', '--send-buffer', '--receive']) {
      expect(help).toMatch(new RegExp(`^ +${option} .* \\(default \\w+\\)`, 'm'));
    }
    expect(help).not.toMatch(/default:/);
  });

  test('--record writes a tape without the secrets', async () => {
    const script = file('record.txt', asUser + String.raw`send "123456\r"`);
    const tape = join(directory, 'call.tape');
    expect((await run(POLICY, '--script', script, '--record', tape)).code).toBe(0);
    const { events } = await readTape(tape);
    expect(events.at(-1)).toMatchObject({ outcome: 'success' });
    expect(JSON.stringify(events)).not.toContain('123456');
  });
});

describe('simulate --tcp', () => {
  test('takes several calls at a time, and sends LCP to those who get in (EM-21)', async () => {
    const server = await serve(POLICY);
    const [alice, bob, mallory] = [server.dial(), server.dial(), server.dial()];
    await Promise.all([alice, bob, mallory].map((caller) => caller.sees('User name: ')));
    bob.types('bob\r654321\r');
    alice.types('alice\r123456\r');
    mallory.types('alice\r654321\r');
    expect(await bob.closed()).toContain('Welcome.\r\n~\xff}#');
    expect(await alice.closed()).toContain('Welcome.\r\n~\xff}#');
    expect(await mallory.closed()).toMatch(/Access denied\.\r\n$/);
    server.stop();
    expect(await server.code).toBe(0);
    const outcomes = [...server.io.out.matchAll(/^call \d: (.*), [\d.]+ s$/gm)].map(
      ([, outcome]) => outcome,
    );
    expect(outcomes.sort()).toEqual([
      'failure CONTOSO\\alice',
      'success CONTOSO\\alice',
      'success CONTOSO\\bob',
    ]);
  });

  test('--once serves one call, and exits with its outcome', async () => {
    const server = await serve(POLICY, '--once');
    const caller = server.dial();
    await caller.sees('User name: ');
    caller.hangUp();
    expect(await server.code).toBe(4);
  });

  test('at a port that is taken ends with 5, and names the port', async () => {
    const server = await serve(POLICY);
    const address = /listening (\S+)/.exec(server.io.out)?.[1] ?? '';
    const { code, err } = await run(POLICY, '--tcp', address);
    expect([code, err]).toEqual([
      5,
      `rasshost: listen EADDRINUSE: address already in use ${address}\n`,
    ]);
    server.stop();
    await server.code;
  });

  test('hangs up on everybody when it is told to stop', async () => {
    const server = await serve(POLICY);
    const caller = server.dial();
    await caller.sees('User name: ');
    server.stop();
    await caller.closed();
    expect(await server.code).toBe(0);
    expect(server.io.out).toContain('call 1: error 619');
  });

  test('asks a telnet caller for character mode, and no other', async () => {
    const server = await serve(POLICY);
    const [telnet, nc] = [server.dial(), server.dial()];
    telnet.types(Buffer.of(255, 253, 3));
    await telnet.sees('\xff\xfb\x01\xff\xfb\x03\xff\xfd\x03');
    telnet.types('alice\r\x00123456\r\x00');
    await telnet.sees('Welcome');
    nc.types('alice\r123456\r');
    expect(await nc.closed()).toMatch(/^Contoso dial-in[^\xff]*~\xff}#/);
    expect(await telnet.closed()).toContain('~\xff\xff}#');
    server.stop();
    await server.code;
  });
});

describe('simulate in a process of its own', () => {
  test('at a terminal keys reach the policy without echo, and the terminal is restored', () => {
    const script = `
      set timeout 30
      set stty_init "rows 30 cols 100"
      spawn sh -c "node ${COMMAND} simulate ${POLICY}; echo code=\\$?; cat"
      proc flags {} { global spawn_out; return [exec stty -a < $spawn_out(slave,name)] }
      expect "User name: " {} timeout { exit 2 }
      if {![string match "*-icanon*" [flags]] || ![string match "* -echo *" [flags]]} { exit 3 }
      send "alice\\r"
      expect "Passcode: " {} timeout { exit 4 }
      send "123456\\r"
      expect "call 1: success" {} timeout { exit 5 }
      expect "code=0" {} timeout { exit 6 }
      if {![string match "* icanon*" [flags]] || ![string match "* echo *" [flags]]} { exit 7 }`;
    const output = execFileSync('expect', ['-c', script], {
      env: { ...process.env, TERM: 'xterm' },
    });
    const text = output.toString('latin1');
    expect(text).toContain('call 1: waiting for the caller | 120 s left');
    expect(text).not.toContain('123456');
  });

  test('--serial takes the call of the chat of ppp, whose first byte rings', async () => {
    const [near, far] = [join(directory, 'near'), join(directory, 'far')];
    const line = spawn('socat', [`PTY,link=${near},raw,echo=0`, `PTY,link=${far},raw,echo=0`]);
    cleanups.push(() => line.kill());
    await until('the serial line', () => existsSync(near) && existsSync(far));
    const server = start(POLICY, '--serial', near, '--once');
    await until('the simulator', () => server.io.out.includes('listening'));
    const chat = `/usr/sbin/chat -t 30 '' '' name: alice code: 123456 Welcome '\\c' '~' '\\c'`;
    const client = spawn('sh', ['-c', `exec 3<>${far}; ${chat} <&3 >&3`], { stdio: 'ignore' });
    const [code] = (await once(client, 'exit')) as [number];
    expect([code, await server.code]).toEqual([0, 0]);
  });

  test('--serial takes one call after the other, and says once where', async () => {
    const [near, far] = [join(directory, 'near-2'), join(directory, 'far-2')];
    const line = spawn('socat', [`PTY,link=${near},raw,echo=0`, `PTY,link=${far},raw,echo=0`]);
    cleanups.push(() => line.kill());
    await until('the serial line', () => existsSync(near) && existsSync(far));
    // A modem stays when a call ends, while socat would end with the last who has its ends open.
    const held = [near, far].map((end) => openSync(end, constants.O_RDWR | constants.O_NOCTTY));
    cleanups.push(() => held.forEach(closeSync));
    const server = start(POLICY, '--serial', near);
    await until('the simulator', () => server.io.out.includes('listening'));
    // What is sent before the port is open again for the second call is lost: so it rings again.
    const ring = "'' '' TIMEOUT 3 name:--name:--name: alice TIMEOUT 30";
    const chat = `/usr/sbin/chat ${ring} code: 123456 Welcome '\\c' '~' '\\c'`;
    for (const call of ['call 1: success', 'call 2: success']) {
      const client = spawn('sh', ['-c', `exec 3<>${far}; ${chat} <&3 >&3`], { stdio: 'ignore' });
      expect(await once(client, 'exit')).toEqual([0, null]);
      await until(call, () => server.io.out.includes(call));
    }
    server.stop();
    expect(await server.code).toBe(0);
    expect(server.io.out.match(/^listening /gm)).toHaveLength(1);
  });

  test('--watch loads a policy anew for the next call, unless it is broken', async () => {
    const policyOf = (word: string): string =>
      `import { definePolicy, fail } from 'rasshost';
       import { greeting } from './greeting';
       export default definePolicy(async (dialog) => {
         await dialog.ask(greeting + '${word}: ');
         return fail(645);
       });`;
    file('greeting.ts', `export const greeting = 'hello ';`);
    const policy = file('watched.ts', policyOf('one'));
    const server = spawn('node', [COMMAND, 'simulate', policy, '--tcp', '0', '--watch']);
    cleanups.push(() => server.kill());
    let said = '';
    server.stdout.on('data', (text: Buffer) => (said += text.toString()));
    server.stderr.on('data', (text: Buffer) => (said += text.toString()));
    await until('the simulator', () => said.includes('listening'));
    const port = Number(/:(\d+)/.exec(said)?.[1]);
    const dial = (): Caller => new Caller(connect(port, '127.0.0.1'));
    let changes = 0;
    const change = async (name: string, content: string, answer: string): Promise<void> => {
      utimesSync(file(name, content), ++changes, changes);
      await until(answer, () => said.includes(answer));
      said = '';
    };
    const first = dial();
    await first.sees('hello one: ');
    await change('watched.ts', policyOf('two'), 'the policy is new');
    await change('greeting.ts', 'export const greeting = ;', 'the policy stays: RASSHOST_E_POLICY');
    const second = dial();
    await second.sees('hello two: ');
    first.types('\x15\r');
    await first.sees('hello one: ');
    await change('greeting.ts', `export const greeting = 'bye ';`, 'the policy is new');
    await dial().sees('bye two: ');
    server.kill();
    await once(server, 'exit');
  });
});
