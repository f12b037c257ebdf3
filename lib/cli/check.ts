import { join, relative, resolve } from 'node:path';
import { RasshostError } from '../errors';
import type { PolicyFacts } from '../checking/policy-facts';
import type { OwnText } from '../checking/policy-texts';
import type { TypeReport } from '../checking/type-errors';
import { stopped } from '../loading/load-bounds';
import { tryLoad } from '../loading/try-load';
import { PACKAGE_ROOT } from '../windows/package-copy';
import { runProgram } from '../windows/run-program';
import { EXIT_CODES } from './exit-codes';
import type { Io } from './io';

export interface CheckOptions {
  readonly loadSeconds?: number;
  /** One line of JSON, instead of text. */
  readonly json?: boolean;
}

/** All that is known of a policy. */
interface Checked extends PolicyFacts {
  readonly policy: string;
  /** Null when there is no compiler beside the policy, or the policy is JavaScript. */
  readonly types: TypeReport | null;
  /** What is wrong, a line each. */
  readonly problems: readonly string[];
}

/**
 * `rasshost check POLICY`: loads the policy, runs its self-check, checks its types where TypeScript
 * is installed, and lists the texts that callers read.
 *
 * @returns 0 when nothing is wrong, 1 when something is
 * @throws RasshostError as tryLoad
 */
export async function check(
  policy: string,
  { loadSeconds, json = false }: CheckOptions,
  io: Io,
  stop: AbortSignal,
): Promise<number> {
  const path = resolve(policy);
  const facts = (await tryLoad(
    path,
    { loadSeconds, stop },
    'checking/check-attempt.js',
  )) as PolicyFacts;
  const types = await checkTypes(path, stop);
  const { selfCheck, texts } = facts;
  const problems = [
    ...(typeof selfCheck === 'object' ? [selfCheck.error] : []),
    ...(types?.errors ?? []),
    ...texts.unshowable,
  ];
  const checked: Checked = { policy: path, ...facts, types, problems };
  io.stdout.write(json ? `${JSON.stringify(checked)}\n` : inWords(checked));
  return problems.length === 0 ? EXIT_CODES.yes : EXIT_CODES.no;
}

/** In a process of its own, which can be stopped: it takes seconds in which nothing else happens. */
async function checkTypes(policy: string, stop: AbortSignal): Promise<TypeReport | null> {
  const program = join(PACKAGE_ROOT, 'dist', 'checking', 'type-check.js');
  const { code, stdout, stderr } = await runProgram(process.execPath, [program, policy], { stop });
  if (stop.aborted) throw stopped(policy);
  if (code === 0) return JSON.parse(stdout) as TypeReport | null;
  throw new RasshostError('RASSHOST_E_MACHINE', `the TypeScript compiler has failed:\n${stderr}`);
}

function inWords({ policy, selfCheck, types, texts, problems }: Checked): string {
  const { languages, own } = texts;
  const fileOf = ({ file, line, column }: OwnText) => `${relative('.', file)}:${line}:${column}`;
  return [
    `policy      ${policy}`,
    'loads       yes',
    `self-check  ${typeof selfCheck === 'string' ? selfCheck : 'failed'}`,
    `types       ${types === null ? 'not checked: there is no TypeScript beside the policy' : `TypeScript ${types.typescript}: ${types.errors.length === 0 ? 'ok' : count(types.errors, 'error')}`}`,
    '',
    ...own.flatMap((text, at) => [
      ...(at === 0 ? ['texts of the policy'] : []),
      `  ${fileOf(text)}  ${JSON.stringify(text.text)}`,
    ]),
    ...Object.entries(languages).flatMap(([language, all]) => [
      `texts of the language ${language}`,
      ...Object.entries(all).map(
        ([name, text]: [string, unknown]) => `  ${name}  ${JSON.stringify(text)}`,
      ),
    ]),
    '',
    problems.length === 0 ? 'nothing is wrong' : `${count(problems, 'problem')}:`,
    ...problems.map((problem) => `  ${problem}`),
    '',
  ].join('\n');
}

function count(things: readonly unknown[], word: string): string {
  return `${things.length} ${word}${things.length === 1 ? '' : 's'}`;
}
