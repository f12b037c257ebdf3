import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { createJiti } from 'jiti';
import { transform } from 'sucrase';
import { isTypeScript } from './is-typescript';
import { syntaxError } from './syntax-error';

/** What jiti asks to be transpiled: a file, and whether it may use `await` at its top level. */
export type Source = Parameters<ReturnType<typeof createJiti>['transform']>[0];

/** Loaded only for a file that needs it: it is three megabytes, and takes a third of a second. */
const load = createRequire(__filename);

/**
 * What sucrase can't do, without an error: it leaves `import.meta` as it is, makes `import()` a
 * require, which can't await, and drops namespaces.
 */
const NOT_FOR_SUCRASE = /\bimport\s*[.(]|\b(?:namespace|module)\s+\w/;

/** What jiti's Babel can't do, or does otherwise than tsc: decorators and `accessor`. */
const NOT_FOR_JITI = /@|\baccessor\b/;

/**
 * Makes CommonJS that every supported Node.js runs of TypeScript, or of ESM. Most files go through
 * sucrase, in a quarter of the time that Babel takes, which is most of a program's start; what
 * sucrase can't parse, or leaves in its output (`using`, decorators, `accessor`), through Babel.
 * Lines stay where they are.
 *
 * @throws SyntaxError whose message begins with file:line:column
 */
export function transpile(source: Source): string {
  if (!NOT_FOR_SUCRASE.test(source.source)) {
    const code = bySucrase(source);
    if (code !== undefined) return code;
  }
  return byJiti(NOT_FOR_JITI.test(source.source) ? withoutDecorators(source) : source);
}

/** Undefined when this is not for sucrase. */
function bySucrase({ source, filename = '' }: Source): string | undefined {
  try {
    const { code } = transform(source, {
      transforms: isTypeScript(filename) ? ['typescript', 'imports'] : ['imports'],
      disableESTransforms: true,
      filePath: filename,
    });
    // Parses it, as jiti wraps it, and runs nothing.
    new Script(`(async function () {${code}\n})`);
    return code;
  } catch {
    return undefined;
  }
}

function withoutDecorators(source: Source): Source {
  const { lowerSyntax } = load('./lower-syntax') as typeof import('./lower-syntax');
  const { filename = '' } = source;
  const code = lowerSyntax(source.source, filename, isTypeScript(filename));
  return { ...source, source: code };
}

/** Where it fails, jiti's Babel returns a program that tells jiti so. */
const JITI_ERROR = /^exports\.__JITI_ERROR__ = (.*)$/s;

function byJiti(source: Source): string {
  const code = createJiti(__filename).transform(source);
  const [, json] = JITI_ERROR.exec(code) ?? [];
  if (json === undefined) return code;
  const { filename, line, column, message } = JSON.parse(json) as {
    readonly [name in 'filename' | 'message']: string;
  } & { readonly [name in 'line' | 'column']: number };
  throw syntaxError(filename, { line, column }, message);
}
