import { connect } from 'node:net';
import { resolve } from 'node:path';
import { RasshostError } from '../errors';
import { logLine } from '../dialog/dialog-log';
import { policyManners, type Policy } from '../policy/policy';
import type { CallerLine } from '../simulator/caller-line';
import { describeCall, EndedCalls } from '../simulator/ended-calls';
import { Simulator } from '../simulator/simulator';
import { TcpLine } from '../simulator/tcp-line';
import { callFromTerminal } from '../simulator/terminal-caller';
import { shownText } from '../simulator/terminal-text';
import { describeLine, type TraceLine } from '../simulator/trace-line';
import { untilPpp } from '../simulator/until-ppp';
import { loadHere } from '../loading/load-here';
import { EXIT_CODES } from './exit-codes';
import type { Io } from './io';
import { runEmulator } from './run-emulator';
import { Voice } from './voice/voice';

export interface TryOptions {
  /** Use the simulated RAS server in any case. */
  readonly simulated?: boolean;
  readonly loadSeconds?: number;
  /** The dialog, errors and warnings only. */
  readonly quiet?: boolean;
  /** What the RAS server records on stdout, and nothing else. */
  readonly json?: boolean;
}

const BELL = '\x07';

/** Somebody on the line, until it is closed. */
type Talk = (line: CallerLine) => Promise<void>;

/**
 * `rasshost try POLICY [ANSWERS...]`: one call to the policy, with the user as the caller. Given
 * answers are typed instead, each when the policy has written a prompt that ends in a colon.
 * Shows what the caller sees, then the calls between RAS server and security DLL, and the outcome.
 *
 * @returns 0 when the policy gave a verdict and the contract was kept, else 1
 * @throws RasshostError RASSHOST_E_POLICY_* for the policy, RASSHOST_E_OPTION without a caller
 */
export async function tryPolicy(
  policyPath: string,
  answers: readonly string[],
  options: TryOptions,
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  const terminal = io.stdin?.isTTY === true && answers.length === 0 ? io.stdin : undefined;
  if (terminal === undefined && answers.length === 0) {
    throw new RasshostError('RASSHOST_E_OPTION', 'no terminal to call from: give the ANSWERS');
  }
  const json = options.json === true;
  const voice = new Voice(io, { quiet: options.quiet === true || json });
  try {
    voice.progress(`loading ${policyPath}`);
    const { policy } = await loadHere(policyPath, { loadSeconds: options.loadSeconds, stop });
    const { codePage } = policyManners(policy);
    const show = (text: string): void => {
      if (!json) voice.dialog(text);
    };
    const talk: Talk = async (line) => {
      voice.endProgress();
      line.listen(untilPpp((bytes) => show(shownText(bytes, codePage))));
      if (terminal === undefined) {
        answer(line, answers);
        await line.closed;
      } else {
        voice.banner('rasshost try', {
          policy: policyPath,
          caller: 'you: every key goes to the policy, Ctrl-] hangs up',
        });
        await callFromTerminal(terminal, line, { codePage, onLacking: () => show(BELL) });
      }
    };
    const trace =
      (options.simulated === true
        ? undefined
        : await callEmulator(resolve(policyPath), talk, voice, stop)) ??
      (await callSimulated(policy, talk, voice));
    if (json) {
      for (const line of trace) io.stdout.write(`${JSON.stringify(line)}\n`);
    } else {
      voice.endDialog();
      report(trace, voice);
    }
    return exitCode(trace);
  } finally {
    voice.close();
  }
}

/** Returns undefined where the Windows binaries can't run, which is then said. */
async function callEmulator(
  policy: string,
  talk: Talk,
  voice: Voice,
  stop: AbortSignal,
): Promise<readonly TraceLine[] | undefined> {
  const trace: TraceLine[] = [];
  let talked = Promise.resolve();
  const listener = {
    progress: (step: string) => voice.progress(step),
    listening(address: string) {
      const [host, port] = address.split(':');
      talked = talk(new TcpLine(connect(Number(port), host)));
    },
    out: (line: string) => voice.log(line),
    err: (line: string) => voice.log(line),
    trace: (line: TraceLine) => void trace.push(line),
  };
  try {
    await runEmulator(policy, {}, ['--strict', '--max-calls', '1'], listener, stop);
    await talked;
    return trace;
  } catch (error) {
    const { code, message } = error as RasshostError;
    if (code !== 'RASSHOST_E_WINE' && code !== 'RASSHOST_E_NATIVE_NOT_FOUND') throw error;
    voice.endProgress();
    voice.warning(`the Windows binaries can't run here, so RAS is simulated (${message})`);
    return undefined;
  }
}

async function callSimulated(
  policy: Policy,
  talk: Talk,
  voice: Voice,
): Promise<readonly TraceLine[]> {
  const trace: TraceLine[] = [];
  const simulator = new Simulator({
    log: (entry) => voice.log(logLine(entry)),
    onEvent: (event) => trace.push({ ...event }),
  });
  const { line, over } = simulator.call(policy);
  await talk(line);
  await over;
  return trace;
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

function report(trace: readonly TraceLine[], voice: Voice): void {
  for (const [at, line] of trace.entries()) {
    if (line.call === undefined) continue;
    const returned = trace.slice(at).find((later) => later.return === line.call);
    voice.result(describeLine(line, line.result ?? returned?.result));
  }
  for (const { violation, detail = '' } of trace.filter((line) => line.violation !== undefined)) {
    voice.warning(`contract violation ${violation}: ${detail}`);
  }
  const calls = new EndedCalls();
  const [ended] = trace.flatMap((line) => calls.take(line) ?? []);
  if (ended) voice.result(`\n${describeCall(ended)}`, ended.outcome === 'success');
}

function exitCode(trace: readonly TraceLine[]): number {
  const { outcome } = trace.find((line) => line.outcome !== undefined) ?? {};
  const isVerdict = outcome === 'success' || outcome === 'failure';
  const isKept = trace.every((line) => line.violation === undefined);
  return isVerdict && isKept ? EXIT_CODES.yes : EXIT_CODES.no;
}
