import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { RasshostError } from '../errors';
import type { CallerLine } from '../simulator/caller-line';
import { untilPpp } from '../simulator/ppp';
import { Simulator } from '../simulator/simulator';
import type { SimulatorEvent } from '../simulator/simulator-event';
import { TcpLine } from '../simulator/tcp-line';
import { callFromTerminal } from '../simulator/terminal-caller';
import { describeLine, describeOutcome, type TraceLine } from '../simulator/trace-line';
import { loadHere } from '../loading/load-here';
import { emulate } from './emulate';
import type { Io } from './io';

export interface TryOptions {
  /** Use the simulated RAS server in any case. */
  readonly simulated?: boolean;
  readonly loadSeconds?: number;
}

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
  const talk = async (line: CallerLine) => {
    line.listen(untilPpp((text) => void io.stdout.write(text, 'latin1')));
    if (terminal === undefined) {
      answer(line, answers);
      await line.closed;
    } else {
      io.stderr.write('You are on the line as the caller. Ctrl-] hangs up.\n\n');
      await callFromTerminal(terminal, line);
    }
  };
  const trace = await callThe(policy, options, talk, io, stop);
  return report(trace, io);
}

async function callThe(
  policy: string,
  options: TryOptions,
  talk: (line: CallerLine) => Promise<void>,
  io: Io,
  stop: AbortSignal,
): Promise<readonly TraceLine[]> {
  if (options.simulated !== true) {
    try {
      return await callEmulator(policy, options, talk, io, stop);
    } catch (error) {
      const { code, message } = error as RasshostError;
      if (code !== 'RASSHOST_E_WINE' && code !== 'RASSHOST_E_NATIVE_NOT_FOUND') throw error;
      io.stderr.write(`the Windows binaries can't run here, so RAS is simulated (${message})\n`);
    }
  }
  return callSimulated(policy, options, talk, stop);
}

async function callEmulator(
  policy: string,
  { loadSeconds }: TryOptions,
  talk: (line: CallerLine) => Promise<void>,
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
      { trace, ...(loadSeconds !== undefined && { loadSeconds }) },
      ['--strict', '--max-calls', '1'],
      { stdout, stderr: io.stderr },
      stop,
    );
    await Promise.race([listening, emulator]);
    const port = /^listening 127\.0\.0\.1:(\d+)/m.exec(said)?.[1];
    if (port !== undefined) await talk(new TcpLine(connect(Number(port), '127.0.0.1')));
    await emulator;
    return readFileSync(trace, 'utf8')
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as TraceLine);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function callSimulated(
  policyPath: string,
  options: TryOptions,
  talk: (line: CallerLine) => Promise<void>,
  stop: AbortSignal,
): Promise<readonly TraceLine[]> {
  const { policy } = await loadHere(policyPath, { loadSeconds: options.loadSeconds, stop });
  const events: SimulatorEvent[] = [];
  const { line, over } = new Simulator({ onEvent: (event) => events.push(event) }).call(policy);
  await talk(line);
  await over;
  return events.map((event) => ({ ...event }));
}

/** Types the answers; a prompt for which there is none left gets the line hung up. */
function answer(line: CallerLine, answers: readonly string[]): void {
  const left = [...answers];
  let unanswered = '';
  line.listen((text) => {
    unanswered += text;
    if (!/: ?$/.test(unanswered)) return;
    unanswered = '';
    const next = left.shift();
    if (next === undefined) line.hangUp();
    else line.type(`${next}\r`);
  });
}

function report(trace: readonly TraceLine[], io: Io): number {
  io.stdout.write('\n');
  for (const [at, line] of trace.entries()) {
    if (line.call === undefined) continue;
    const returned = trace.slice(at).find((later) => later.return === line.call);
    io.stdout.write(`${describeLine(line, line.result ?? returned?.result)}\n`);
  }
  const violations = trace.filter((line) => line.violation !== undefined);
  for (const { violation, detail = '' } of violations) {
    io.stdout.write(`contract violation ${violation}: ${detail}\n`);
  }
  const last = trace.find((line) => line.outcome !== undefined);
  io.stdout.write(`\n${describeOutcome(last)}\n`);
  const verdict = last?.outcome === 'success' || last?.outcome === 'failure';
  return verdict && violations.length === 0 ? 0 : 1;
}
