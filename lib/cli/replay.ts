import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { RasshostError } from '../errors';
import { policyManners } from '../policy/policy';
import { readTape } from '../replay/read-tape';
import { replayTape, whyNotPlayable, type TapeDifference } from '../replay/replay-tape';
import { secretsToType, TapeSecretsFile } from '../replay/tape-secrets';
import { loadHere } from '../loading/load-here';
import { EXIT_CODES } from './exit-codes';
import type { Io } from './io';
import { checkNamedFile } from './named-file';
import { withPolicyHere } from './policy-here';
import { Voice } from './voice/voice';

export interface ReplayOptions {
  /** The policy file. */
  readonly policy: string;
  /** JSON file with what is to be typed for the placeholders. */
  readonly secrets?: string;
  /** One line of JSON for each tape, instead of text. */
  readonly json?: boolean;
  readonly loadSeconds?: number;
}

/** What came of a tape. */
interface Result {
  /** As the user has named it. */
  readonly tape: string;
  /** Why it was not played. */
  readonly skipped?: string;
  readonly differences?: readonly TapeDifference[];
}

/**
 * `rasshost replay TAPE... --policy POLICY`: plays tapes against a policy and lists what the policy
 * does otherwise than the tape. All tapes and secrets are checked before the first is played.
 *
 * @returns 0 when nothing differs, 1 when something does
 * @throws RasshostError RASSHOST_E_OPTION for a file that does not exist, as loadHere,
 * RASSHOST_E_TAPE, RASSHOST_E_TAPE_SECRET, RASSHOST_E_STOPPED
 */
export async function replay(
  tapes: readonly string[],
  options: ReplayOptions,
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  const voice = new Voice(io);
  try {
    return await withPolicyHere(voice, async () => {
      let code: number = EXIT_CODES.yes;
      for await (const result of play(tapes, options, stop)) {
        voice.result(options.json === true ? JSON.stringify(result) : report(result));
        if (result.differences && result.differences.length > 0) code = EXIT_CODES.no;
      }
      return code;
    });
  } finally {
    voice.close();
  }
}

async function* play(
  files: readonly string[],
  options: ReplayOptions,
  stop: AbortSignal,
): AsyncGenerator<Result> {
  for (const file of files) checkNamedFile('replay', file);
  if (options.secrets !== undefined) checkNamedFile('--secrets', options.secrets);
  const { policy } = await loadHere(options.policy, { loadSeconds: options.loadSeconds, stop });
  const given = await readSecrets(options.secrets);
  const { codePage } = policyManners(policy);
  const tapes = await Promise.all(
    files.map(async (file) => ({ file, tape: await readTape(file) })),
  );
  const plays = tapes.map(({ file, tape }) => {
    const skipped = whyNotPlayable(tape);
    if (skipped !== undefined) return { file, skipped };
    const name = path.basename(file);
    return { file, tape, secrets: secretsToType(tape, name, given.secretsFor(name), codePage) };
  });
  const stopped = stop.aborted ? Promise.resolve() : once(stop, 'abort');
  for (const { file, skipped, tape, secrets } of plays) {
    if (tape === undefined) {
      yield { tape: file, skipped };
      continue;
    }
    const played = replayTape(tape, policy, secrets);
    await Promise.race([played, stopped]);
    if (stop.aborted) throw new RasshostError('RASSHOST_E_STOPPED', `stopped at ${file}`);
    yield { tape: file, differences: await played };
  }
}

async function readSecrets(file: string | undefined): Promise<TapeSecretsFile> {
  if (file === undefined) return new TapeSecretsFile('{}', '');
  try {
    return new TapeSecretsFile(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if (cause instanceof RasshostError) throw cause;
    const problem = `${file}: ${(cause as Error).message}`;
    throw new RasshostError('RASSHOST_E_TAPE_SECRET', problem, { cause });
  }
}

function report({ tape, skipped, differences = [] }: Result): string {
  if (skipped !== undefined) return `${tape}: skipped: ${skipped}`;
  if (differences.length === 0) return `${tape}: no difference`;
  const count = differences.length === 1 ? '1 difference' : `${differences.length} differences`;
  const lines = differences.flatMap(({ line, kind, expected = 'nothing', got = 'nothing' }) => [
    `  line ${line}, ${kind}`,
    `    expected  ${expected}`,
    `    got       ${got}`,
  ]);
  return [`${tape}: ${count}`, ...lines].join('\n');
}
