import { join, resolve } from 'node:path';
import type { PolicyFacts } from '../checking/policy-facts';
import type { PolicyTexts } from '../checking/policy-texts';
import type { TypeReport } from '../checking/type-errors';
import { RasshostError } from '../errors';
import { isTypeScript } from '../loading/is-typescript';
import { stopped, type LoadBounds } from '../loading/load-bounds';
import { tryLoad } from '../loading/try-load';
import { PACKAGE_ROOT } from '../package/root';
import { runProgram } from '../windows/run-program';
import { EXIT_CODES } from './exit-codes';
import type { Io } from './io';
import { Voice } from './voice/voice';

export interface CheckOptions {
  readonly loadSeconds?: number;
  /** One line of JSON, instead of text. */
  readonly json?: boolean;
}

/** All that is known of a policy. */
interface Checked extends PolicyFacts {
  readonly policy: string;
  readonly loads: true;
  /** Null when there is no compiler beside the policy, or the policy is JavaScript. */
  readonly types: TypeReport | null;
  /** What is wrong, a line each. */
  readonly problems: readonly string[];
}

/**
 * `rasshost check POLICY`: loads the policy, runs its self-check, checks its types where TypeScript
 * is installed, and lists the texts that callers read.
 *
 * @returns the exit code: yes when nothing is wrong, no when something is
 * @throws RasshostError as tryLoad
 */
export async function check(
  policy: string,
  { loadSeconds, json = false }: CheckOptions,
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  const path = resolve(policy);
  const voice = new Voice(io, { quiet: json });
  try {
    voice.progress(`loading ${policy}`);
    const facts = await loadedFacts(path, { loadSeconds, stop });
    voice.progress('checking types');
    const types = await checkTypes(path, stop);
    voice.endProgress();
    const { selfCheck, texts } = facts;
    const problems = [
      ...(typeof selfCheck === 'object' ? [selfCheck.error] : []),
      ...(types?.errors ?? []),
      ...texts.unshowable,
    ];
    const checked: Checked = { policy: path, loads: true, ...facts, types, problems };
    if (json) io.stdout.write(`${JSON.stringify(checked)}\n`);
    else voice.result(inWords(checked));
    return problems.length === 0 ? EXIT_CODES.yes : EXIT_CODES.no;
  } catch (error) {
    if (json && error instanceof RasshostError && error.code !== 'RASSHOST_E_STOPPED') {
      const loads = error.code === 'RASSHOST_E_SELF_CHECK';
      const failed = { policy: path, loads, problems: [error.message] };
      io.stdout.write(`${JSON.stringify(failed)}\n`);
    }
    throw error;
  } finally {
    voice.close();
  }
}

async function loadedFacts(policy: string, bounds: LoadBounds): Promise<PolicyFacts> {
  return (await tryLoad(policy, bounds, 'checking/check-attempt.js')) as PolicyFacts;
}

/** In a process of its own, which can be stopped: it takes seconds in which nothing else happens. */
async function checkTypes(policy: string, stop: AbortSignal): Promise<TypeReport | null> {
  const program = join(PACKAGE_ROOT, 'dist', 'checking', 'type-check.js');
  const { code, stdout, stderr } = await runProgram(process.execPath, [program, policy], { stop });
  if (stop.aborted) throw stopped(policy);
  if (code === 0) return JSON.parse(stdout) as TypeReport | null;
  return { errors: [`the TypeScript compiler has failed:\n${stderr.trimEnd()}`] };
}

function inWords({ policy, selfCheck, types, texts, problems }: Checked): string {
  return [
    `policy      ${policy}`,
    'loads       yes',
    `self-check  ${typeof selfCheck === 'string' ? selfCheck : 'failed'}`,
    `types       ${typesInWords(policy, types)}`,
    '',
    ...textsInWords(texts),
    '',
    problems.length === 0 ? 'nothing is wrong' : `${count(problems, 'problem')}:`,
    // What goes over several lines stays recognizable as one problem.
    ...problems.map((problem) => `  ${problem.replaceAll('\n', '\n    ')}`),
  ].join('\n');
}

function typesInWords(policy: string, types: TypeReport | null): string {
  if (!isTypeScript(policy)) return 'not checked: the policy is JavaScript';
  if (types === null) return 'not checked: there is no TypeScript beside the policy';
  const { typescript, errors } = types;
  const result = errors.length === 0 ? 'ok' : count(errors, 'error');
  return typescript === undefined ? result : `TypeScript ${typescript}: ${result}`;
}

function textsInWords({ own, languages }: PolicyTexts): string[] {
  return [
    ...own.map(({ file, line, column, text }, at) => {
      const heading = at === 0 ? 'texts of the policy\n' : '';
      return `${heading}  ${file}:${line}:${column}  ${JSON.stringify(text)}`;
    }),
    ...Object.entries(languages).flatMap(([language, texts]) => [
      `texts of the language ${language}`,
      ...Object.entries(texts).map(([name, text]) => `  ${name}  ${JSON.stringify(text)}`),
    ]),
  ];
}

function count(things: readonly unknown[], word: string): string {
  return `${things.length} ${word}${things.length === 1 ? '' : 's'}`;
}
