import { connect } from 'node:net';
import { resolve } from 'node:path';
import type { ReadStream } from 'node:tty';
import { CodePage } from '../dialog/code-page';
import { logLine } from '../dialog/dialog-log';
import { RasshostError } from '../errors';
import { loadHere } from '../loading/load-here';
import { tryLoad } from '../loading/try-load';
import { policyManners } from '../policy/policy';
import type { CallerLine } from '../simulator/caller-line';
import { describeCall, EndedCalls, type EndedCall } from '../simulator/ended-calls';
import { Simulator } from '../simulator/simulator';
import { TcpLine } from '../simulator/tcp-line';
import { callFromTerminal, YOU_CALL } from '../simulator/terminal-caller';
import { shownText } from '../simulator/terminal-text';
import { describeLine, describeViolation, type TraceLine } from '../simulator/trace-line';
import { untilPpp } from '../simulator/until-ppp';
import { EXIT_CODES, outcomeCode } from './exit-codes';
import type { Io } from './io';
import { withPolicyHere } from './policy-here';
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

/** One call, before it is made. */
interface Attempt {
  readonly policyPath: string;
  readonly loadSeconds: number | undefined;
  readonly voice: Voice;
  readonly stop: AbortSignal;
  /** Somebody is on the line, until it is closed. */
  readonly talk: (line: CallerLine, codePage: CodePage) => Promise<void>;
}

/**
 * `rasshost try POLICY [ANSWERS...]`: one call to the policy, with the user as the caller. Given
 * answers are typed instead, each when the policy has written a prompt that ends in a colon.
 * Shows what the caller sees, then the calls between RAS server and security DLL, and the outcome.
 *
 * @returns 0 when the policy granted or denied, else {@link outcomeCode}; 3 when a rule was broken
 * @throws RasshostError RASSHOST_E_POLICY_* for the policy, RASSHOST_E_OPTION without a caller,
 * RASSHOST_E_STOPPED before a verdict
 */
export async function tryPolicy(
  policyPath: string,
  answers: readonly string[],
  options: TryOptions,
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  const { loadSeconds, simulated = false, json = false, quiet = false } = options;
  const terminal = answers.length > 0 ? undefined : terminalOf(io, json);
  const voice = new Voice(io, { quiet: quiet || json });
  const talk: Attempt['talk'] = async (line, codePage) => {
    voice.endProgress();
    if (!json) line.listen(untilPpp((bytes) => voice.dialog(shownText(bytes, codePage))));
    if (terminal === undefined) {
      answer(line, answers, voice);
      await line.closed;
    } else {
      voice.banner('rasshost try', { policy: policyPath, caller: YOU_CALL });
      await callFromTerminal(terminal, line, { codePage, onLacking: () => voice.ring() });
    }
  };
  const attempt = { policyPath, loadSeconds, voice, stop, talk };
  try {
    const emulated = simulated ? undefined : await callEmulator(attempt, json);
    const trace = emulated ?? (await callSimulated(attempt));
    if (json) {
      const server = emulated === undefined ? 'simulated' : 'emulator';
      for (const line of [{ server }, ...trace]) io.stdout.write(`${JSON.stringify(line)}\n`);
    } else {
      voice.endDialog();
      report(trace, voice);
    }
    return exitCode(trace, stop);
  } finally {
    voice.close();
  }
}

/** @throws RasshostError RASSHOST_E_OPTION when nobody at a terminal can be the caller */
function terminalOf({ stdin }: Io, json: boolean): ReadStream {
  const refuse = (why: string): never => {
    throw new RasshostError('RASSHOST_E_OPTION', `${why}: give the ANSWERS`);
  };
  if (json) return refuse('with --json you would not see the dialog');
  return stdin?.isTTY === true ? stdin : refuse('no terminal to call from');
}

/**
 * Returns undefined where the Windows binaries can't run, which is then said.
 *
 * @param needed - it is an error then
 */
async function callEmulator(
  { policyPath, loadSeconds, voice, stop, talk }: Attempt,
  needed: boolean,
): Promise<readonly TraceLine[] | undefined> {
  voice.progress(`loading ${policyPath}`);
  // The worker calls the policy; here it is of use only what its caller's terminal has to know.
  const codePage = new CodePage((await tryLoad(policyPath, { loadSeconds, stop })) as string);
  const trace: TraceLine[] = [];
  let talked = Promise.resolve();
  const listener = {
    progress: (step: string) => voice.progress(step),
    listening(address: string) {
      const [host, port] = address.split(':');
      talked = talk(new TcpLine(connect(Number(port), host)), codePage);
    },
    out: (line: string) => voice.log(line),
    err: (line: string) => voice.log(line),
    trace: (line: TraceLine) => void trace.push(line),
  };
  try {
    const emulator = ['--strict', '--max-calls', '1'];
    await runEmulator(resolve(policyPath), {}, emulator, listener, stop);
    await talked;
    return trace;
  } catch (error) {
    const { code, message } = error as RasshostError;
    if (needed || (code !== 'RASSHOST_E_WINE' && code !== 'RASSHOST_E_NATIVE_NOT_FOUND'))
      throw error;
    voice.endProgress();
    voice.warning(`the Windows binaries can't run here, so RAS is simulated (${message})`);
    return undefined;
  }
}

function callSimulated(attempt: Attempt): Promise<readonly TraceLine[]> {
  const { policyPath, loadSeconds, voice, stop, talk } = attempt;
  return withPolicyHere(voice, async () => {
    voice.progress(`loading ${policyPath}`);
    const { policy } = await loadHere(policyPath, { loadSeconds, stop });
    const trace: TraceLine[] = [];
    const simulator = new Simulator({
      log: (entry) => voice.log(logLine(entry)),
      onEvent: (event) => trace.push({ ...event }),
    });
    const { line, over } = simulator.call(policy);
    const hangUp = (): void => {
      voice.progress('stopping; Ctrl-C once more ends at once');
      line.hangUp();
    };
    stop.addEventListener('abort', hangUp);
    await talk(line, policyManners(policy).codePage);
    await over;
    stop.removeEventListener('abort', hangUp);
    return trace;
  });
}

/** Types the answers; a prompt for which there is none left gets the line hung up. */
function answer(line: CallerLine, answers: readonly string[], voice: Voice): void {
  const left = [...answers];
  let unanswered = '';
  line.listen((text) => {
    unanswered += text;
    if (!/: ?$/.test(unanswered)) return;
    unanswered = '';
    const next = left.shift();
    if (next !== undefined) {
      line.type(`${next}\r`);
      return;
    }
    voice.warning('no ANSWER is left for this prompt: the line is hung up');
    line.hangUp();
  });
}

function report(trace: readonly TraceLine[], voice: Voice): void {
  for (const [at, line] of trace.entries()) {
    if (line.call === undefined) continue;
    const returned = trace.slice(at).find((later) => later.return === line.call);
    voice.result(describeLine(line, line.result ?? returned?.result));
  }
  for (const line of trace) {
    if (line.violation !== undefined) voice.warning(describeViolation(line));
  }
  const ended = endOf(trace);
  if (ended) voice.result(`\n${describeCall(ended)}`, ended.outcome === 'success');
}

function endOf(trace: readonly TraceLine[]): EndedCall | undefined {
  const calls = new EndedCalls();
  const [ended] = trace.flatMap((line) => calls.take(line) ?? []);
  return ended;
}

/** @throws RasshostError RASSHOST_E_STOPPED */
function exitCode(trace: readonly TraceLine[], stop: AbortSignal): number {
  const ended = endOf(trace);
  const isVerdict = ended?.outcome === 'success' || ended?.outcome === 'failure';
  if (stop.aborted && !isVerdict) {
    throw new RasshostError('RASSHOST_E_STOPPED', 'stopped before the policy had decided');
  }
  if (trace.some(({ violation }) => violation !== undefined)) return EXIT_CODES.fault;
  if (ended === undefined) return EXIT_CODES.failed;
  return isVerdict ? EXIT_CODES.yes : outcomeCode(ended);
}
