import { transform } from '@babel/standalone/babel.min.js';
import { syntaxError, type BabelPosition } from './syntax-error';

/**
 * Makes plain ESM of TypeScript or ESM with syntax that Node.js does not have: the decorators of
 * ECMAScript, as tsc compiles them unless `experimentalDecorators` is set, `accessor` and `using`.
 *
 * @throws SyntaxError whose message begins with file:line:column
 */
export function lowerSyntax(source: string, file: string, isTypeScript: boolean): string {
  try {
    return transform(source, {
      filename: file,
      babelrc: false,
      configFile: false,
      sourceType: 'module',
      retainLines: true,
      compact: false,
      presets: isTypeScript ? ['typescript'] : [],
      plugins: [
        ['proposal-decorators', { version: '2023-11' }],
        'transform-explicit-resource-management',
      ],
    }).code;
  } catch (error) {
    const { loc, message } = error as Error & { loc?: BabelPosition };
    if (loc === undefined) throw error;
    throw syntaxError(file, loc, message);
  }
}
