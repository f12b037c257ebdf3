import { createRequire } from 'node:module';
import { dirname, relative } from 'node:path';
import type * as TypeScript from 'typescript';
import { isTypeScript } from '../loading/is-typescript';

/** What the TypeScript compiler says about a policy. */
export interface TypeReport {
  /** The version of the compiler that is installed beside the policy; none when that has failed. */
  readonly typescript?: string;
  /** The tsconfig.json whose options count, if there is one. */
  readonly config?: string;
  /** file:line:column: message, relative to the current directory. */
  readonly errors: readonly string[];
}

/** As in the tsconfig.json that `rasshost init` writes. */
const WITHOUT_CONFIG = {
  target: 'es2022',
  module: 'nodenext',
  strict: true,
  noUncheckedIndexedAccess: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
};

/**
 * Checks the types of a policy and of what it imports, with the compiler that its directory, or one
 * above it, has among its packages. Undefined where there is none, or the policy is JavaScript.
 */
export function typeErrors(policy: string): TypeReport | undefined {
  const ts = isTypeScript(policy) ? compilerFor(policy) : undefined;
  if (ts === undefined) return undefined;
  const config = ts.findConfigFile(dirname(policy), (file) => ts.sys.fileExists(file));
  const { options, errors } = optionsOf(ts, policy, config);
  const program = ts.createProgram([policy], { ...options, noEmit: true });
  const diagnostics = [...errors, ...ts.getPreEmitDiagnostics(program)];
  return {
    typescript: ts.version,
    ...(config !== undefined && { config }),
    errors: diagnostics.map((diagnostic) => inWords(ts, diagnostic)),
  };
}

function compilerFor(policy: string): typeof TypeScript | undefined {
  const load = createRequire(policy);
  try {
    load.resolve('typescript');
  } catch {
    return undefined;
  }
  return load('typescript') as typeof TypeScript;
}

function optionsOf(
  ts: typeof TypeScript,
  policy: string,
  config: string | undefined,
): Pick<TypeScript.ParsedCommandLine, 'options' | 'errors'> {
  const directory = dirname(config ?? policy);
  if (config === undefined) {
    return ts.convertCompilerOptionsFromJson(WITHOUT_CONFIG, directory);
  }
  const read = ts.readConfigFile(config, (file) => ts.sys.readFile(file));
  if (read.error !== undefined) return { options: {}, errors: [read.error] };
  // Only the policy is checked, not all files that the project has: none of them is looked for.
  const { options, errors } = ts.parseJsonConfigFileContent(
    { ...(read.config as object), files: [policy] },
    ts.sys,
    directory,
  );
  return { options, errors };
}

function inWords(
  ts: typeof TypeScript,
  { file, start, messageText }: TypeScript.Diagnostic,
): string {
  const message = ts.flattenDiagnosticMessageText(messageText, '\n');
  if (file === undefined || start === undefined) return message;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return `${relative('.', file.fileName)}:${line + 1}:${character + 1}: ${message}`;
}
