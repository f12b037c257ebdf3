import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { RasshostError } from '../errors';
import { rasErrorName } from '../rasman/codes';
import { SimulatedRasServer } from '../rasman/simulated';
import { loadPolicy } from '../worker/load-policy';
import { runDialog } from '../worker/run-dialog';
import { emulate } from './emulate';
import type { Io } from './io';

export interface TryOptions {
  /** Use the simulated RAS server in any case. */
  readonly simulated?: boolean;
}

/** The caller's end of the line; text is a character a byte. */
interface Line {
  onText: (text: string) => void;
  type(text: string): void;
  hangUp(): void;
  /** Settles when the line is closed. */
  readonly closed: Promise<unknown>;
}

/** What the RAS server has recorded: a call, an outcome or a violation (docs/emulator.md). */
interface TraceLine {
  /** Microseconds since the emulator's start. */
  readonly t?: number;
  readonly port?: number;
  readonly call?: string;
  /** A call into the security DLL has returned, with {@link result}. */
  readonly return?: string;
  readonly result?: number;
  readonly violation?: string;
  readonly detail?: string;
  readonly outcome?: string;
  readonly userName?: string;
  readonly domain?: string;
  readonly dwError?: number;
  readonly [argument: string]: unknown;
}

/** What a line of the report does not repeat. */
const NOT_ARGUMENTS = ['t', 'port', 'hPort', 'thread', 'call', 'result'];

/** Ctrl-], as telnet has it: every other key is for the policy. */
const HANG_UP_KEY = '\x1d';

/** Where the server begins PPP: flag, all stations (RFC 1662). */
const PPP = '\x7e\xff';

/**
 * `rasshost try POLICY [ANSWERS...]`: one call to the policy, with the user as the caller. Given
 * answers are typed instead, each when the policy has written a prompt that ends in a colon.
 * Shows what the caller sees, then the calls between RAS server and security DLL, and the outcome.
 *
 * @returns 0 when the policy gave a verdict and the contract was kept, else 1
 * @throws RasshostError as {@link emulate}
 */
export async function tryPolicy(
  policy: string,
  answers: readonly string[],
  options: TryOptions,
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  const terminal = io.stdin?.isTTY === true && answers.length === 0 ? io.stdin : undefined;
  if (terminal === undefined && answers.length === 0) {
    throw new RasshostError('RASSHOST_E_OPTION', 'no terminal to call from: give the ANSWERS');
  }
  const talk = (line: Line) => {
    show(line, io);
    if (terminal === undefined) answer(line, answers);
    else connectTerminal(terminal, line, io);
    return line.closed;
  };
  const trace = await callThe(policy, options, talk, io, stop);
  return report(trace, io);
}

async function callThe(
  policy: string,
  options: TryOptions,
  talk: (line: Line) => Promise<unknown>,
  io: Io,
  stop: AbortSignal,
): Promise<readonly TraceLine[]> {
  if (options.simulated !== true) {
    try {
      return await callEmulator(policy, talk, io, stop);
    } catch (error) {
      const { code, message } = error as RasshostError;
      if (code !== 'RASSHOST_E_WINE' && code !== 'RASSHOST_E_NATIVE_NOT_FOUND') throw error;
      io.stderr.write(`the Windows binaries can't run here, so RAS is simulated (${message})\n`);
    }
  }
  return callSimulated(policy, talk);
}

async function callEmulator(
  policy: string,
  talk: (line: Line) => Promise<unknown>,
  io: Io,
  stop: AbortSignal,
): Promise<readonly TraceLine[]> {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-try-'));
  const trace = join(directory, 'trace.jsonl');
  try {
    let said = '';
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        said += chunk.toString();
        done();
        if (said.includes('\n')) stdout.emit('line');
      },
    });
    const listening = once(stdout, 'line');
    const emulator = emulate(
      policy,
      { trace },
      ['--strict', '--max-calls', '1'],
      { stdout, stderr: io.stderr },
      stop,
    );
    await Promise.race([listening, emulator]);
    const port = /^listening 127\.0\.0\.1:(\d+)/m.exec(said)?.[1];
    if (port !== undefined) await talk(tcpLine(Number(port)));
    await emulator;
    return readFileSync(trace, 'utf8')
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as TraceLine);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function tcpLine(port: number): Line {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  const line: Line = {
    onText: () => {},
    type: (text) => void socket.write(text, 'latin1'),
    hangUp: () => void socket.end(),
    closed: once(socket, 'close'),
  };
  socket.on('data', (text: string) => line.onText(text));
  return line;
}

async function callSimulated(
  policyPath: string,
  talk: (line: Line) => Promise<unknown>,
): Promise<readonly TraceLine[]> {
  const policy = await loadPolicy(policyPath);
  const server = new SimulatedRasServer();
  const caller = server.call((transaction) => void runDialog(transaction, policy, () => {}));
  const line: Line = {
    onText: () => {},
    type: (text) => caller.types(text),
    hangUp: () => caller.hangsUp(),
    closed: caller.outcome,
  };
  caller.onOutput = (text) => line.onText(text);
  await talk(line);
  return [
    ...server.trace.map((call) => ({ ...call, t: call.t * 1000 })),
    ...server.violations.map(({ rule, detail }) => ({ violation: rule, detail })),
    { ...(await caller.outcome) },
  ];
}

/** Shows what the caller sees, up to where PPP takes over from the terminal. */
function show(line: Line, io: Io): void {
  let ppp = false;
  line.onText = (text) => {
    if (ppp) return;
    const at = text.indexOf(PPP);
    ppp = at >= 0;
    io.stdout.write(ppp ? `${text.slice(0, at)}[PPP begins]\n` : text);
  };
}

/** Types the answers; a prompt for which there is none left gets the line hung up. */
function answer(line: Line, answers: readonly string[]): void {
  const left = [...answers];
  const { onText } = line;
  let unanswered = '';
  line.onText = (text) => {
    onText(text);
    unanswered += text;
    if (!/: ?$/.test(unanswered)) return;
    unanswered = '';
    const next = left.shift();
    if (next === undefined) line.hangUp();
    else line.type(`${next}\r`);
  };
}

/** Every key goes to the policy as it is typed, and nothing is echoed here. */
function connectTerminal(terminal: NodeJS.ReadStream, line: Line, io: Io): void {
  io.stderr.write('You are on the line as the caller. Ctrl-] hangs up.\n\n');
  const onKeys = (keys: Buffer) => {
    if (keys.includes(HANG_UP_KEY)) line.hangUp();
    else line.type(keys.toString('latin1'));
  };
  terminal.setRawMode(true).on('data', onKeys).resume();
  void line.closed.finally(() => terminal.off('data', onKeys).setRawMode(false).pause());
}

function report(trace: readonly TraceLine[], io: Io): number {
  io.stdout.write('\n');
  for (const [at, line] of trace.entries()) {
    if (line.call === undefined) continue;
    const returned = trace.slice(at).find((later) => later.return === line.call);
    io.stdout.write(`${describe(line, line.result ?? returned?.result)}\n`);
  }
  const violations = trace.filter((line) => line.violation !== undefined);
  for (const { violation, detail = '' } of violations) {
    io.stdout.write(`contract violation ${violation}: ${detail}\n`);
  }
  const last = trace.find((line) => line.outcome !== undefined);
  const { outcome = 'none', userName = '', domain = '', dwError = 0 } = last ?? {};
  const who = userName === '' ? '' : ` ${domain}\\${userName}`;
  const why = dwError === 0 ? '' : ` ${dwError} ${rasErrorName(dwError)}`;
  io.stdout.write(`\noutcome: ${outcome}${who}${why}\n`);
  const verdict = outcome === 'success' || outcome === 'failure';
  return verdict && violations.length === 0 ? 0 : 1;
}

function describe(line: TraceLine, result: number | undefined): string {
  const at = line.t === undefined ? '' : `${(line.t / 1000).toFixed(1).padStart(8)} ms  `;
  const { call = '' } = line;
  const returned = result === undefined ? '' : `${result} ${rasErrorName(result)}`;
  const values = Object.entries(line)
    .filter(([name]) => !NOT_ARGUMENTS.includes(name))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(' ');
  return `${at}${call.padEnd(25)} ${returned.padEnd(27)} ${values}`.trimEnd();
}
