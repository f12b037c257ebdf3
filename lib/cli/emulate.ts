import { resolve } from 'node:path';
import { RasshostError } from '../errors';
import { tryLoad } from '../loading/try-load';
import { describeCall, EndedCalls } from '../simulator/ended-calls';
import { listenForWishes } from '../simulator/terminal-caller';
import type { TraceLine } from '../simulator/trace-line';
import { exitCodeOfEmulator } from './exit-codes';
import { checkWinePrefix } from './in-wine';
import type { Io } from './io';
import { runEmulator, type EmulatorListener, type EmulatorOptions } from './run-emulator';
import { settingsArguments } from './settings-options';
import { Voice } from './voice/voice';

export interface EmulateOptions extends EmulatorOptions {
  readonly loadSeconds?: number;
  /** Errors, warnings and logs only. */
  readonly quiet?: boolean;
  /** The trace on stdout, and nothing else. */
  readonly json?: boolean;
}

/**
 * `rasshost emulate [POLICY] [emulator options]`. Serves calls until the emulator stops by itself
 * or `stop` is aborted, and leaves no process behind.
 *
 * @returns the emulator's exit code, in ours
 * @throws RasshostError RASSHOST_E_POLICY_* for the policy, RASSHOST_E_OPTION, RASSHOST_E_WINE,
 *   RASSHOST_E_NATIVE_NOT_FOUND, all before any call is served
 */
export async function emulate(
  policyPath: string | undefined,
  options: EmulateOptions,
  emulatorArguments: readonly string[],
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  checkCombination(policyPath, options);
  const policy = policyPath === undefined ? undefined : resolve(policyPath);
  const voice = new Voice(io, { quiet: options.quiet === true || options.json === true });
  const quit = new AbortController();
  try {
    if (policy !== undefined) {
      voice.progress(`loading ${policyPath}`);
      await tryLoad(policy, { loadSeconds: options.loadSeconds, stop });
    }
    const listener = tellingListener(voice, io, policyPath, options, quit);
    const end = AbortSignal.any([stop, quit.signal]);
    return exitCodeOfEmulator(await runEmulator(policy, options, emulatorArguments, listener, end));
  } finally {
    quit.abort();
    voice.close();
  }
}

/** Tells people or programs what the emulator does, and obeys the keys of the terminal. */
function tellingListener(
  voice: Voice,
  { stdin, stdout }: Io,
  policy: string | undefined,
  options: EmulateOptions,
  quit: AbortController,
): EmulatorListener {
  const { json, quiet, dll, winePrefix, trace, log, placement } = options;
  const calls = new EndedCalls();
  const reloads = policy !== undefined && placement !== 'in-process';
  const obeyed = `${reloads ? 'r reloads the policy, ' : ''}q or Ctrl-C stops`;
  const keys = stdin?.isTTY === true ? obeyed : 'Ctrl-C stops';
  let isServing = false;
  let isReloading = false;
  const reloadOnce = async (reload: () => Promise<void>): Promise<void> => {
    if (isReloading) return;
    isReloading = true;
    voice.progress('asking the security DLL to load the policy anew');
    try {
      await reload();
    } catch (error) {
      if (!quit.signal.aborted) voice.warning(`the policy stays: ${(error as Error).message}`);
    }
    voice.endProgress();
    isReloading = false;
  };
  const onTrace = (line: TraceLine): void => {
    if (json === true) stdout.write(`${JSON.stringify(line)}\n`);
    const ended = calls.take(line);
    if (ended) voice.result(describeCall(ended), ended.outcome === 'success');
  };
  return {
    progress: (step) => voice.progress(step),
    out: (line) => (json === true ? voice.log(line) : voice.result(line)),
    err: (line) => voice.log(line),
    listening(address, reload) {
      voice.endProgress();
      const about = { policy, dll, prefix: winePrefix, port: address, trace, log, keys };
      // In the trace there is a line of its own for it.
      if (json !== true) voice.listening(address, 'rasshost emulate', about);
      if (isServing || stdin?.isTTY !== true) return;
      isServing = true;
      voice.status([keys]);
      const over = new Promise((done) => quit.signal.addEventListener('abort', done));
      void listenForWishes(stdin, over, (wish) => {
        if (wish === 'quit') quit.abort();
        else if (wish === 'reload' && reloads) void reloadOnce(reload);
      });
    },
    ...((json === true || quiet !== true) && { trace: onTrace }),
  };
}

function checkCombination(policy: string | undefined, options: EmulateOptions): void {
  const { dll, winePrefix } = options;
  const refuse = (why: string) => {
    throw new RasshostError('RASSHOST_E_OPTION', why);
  };
  if (policy !== undefined && dll !== undefined) refuse('POLICY and --dll exclude each other');
  if (policy !== undefined && winePrefix !== undefined) {
    refuse('POLICY and --wine-prefix exclude each other: register the policy in the prefix first');
  }
  checkWinePrefix(winePrefix, false);
  const registryIsMeant = process.platform === 'win32' || winePrefix !== undefined;
  if (policy === undefined && dll === undefined && !registryIsMeant) {
    refuse('name a POLICY, or --dll PATH, or --wine-prefix DIR');
  }
  const [setting] = settingsArguments(options, String);
  if (policy === undefined && setting !== undefined) refuse(`${setting} needs a POLICY`);
}
