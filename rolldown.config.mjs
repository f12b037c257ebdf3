import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';
import { globSync } from 'tinyglobby';

// Opening files is most of what a worker's start consists of, so what it loads is in a few of them
// instead of two hundred. Every module keeps its path, so that whoever imports one, by whatever
// path, gets the same instance: a policy's verdicts and errors are the worker's own.

const modules = globSync('lib/**/*.ts', { ignore: '**/*.d.ts' });

/** What a worker needs besides koffi and sucrase, and all that the package's index is made of. */
const LIBRARY =
  /[\\/]lib[\\/](index|brand|errors|options|package|time|dialog|policy|rasman|simulated|tape|worker)|[\\/]node-gyp-build[\\/]/;
/** What loads koffi, or is a program of its own. */
const APART = /[\\/](koffi-rasman|in-process|in-process-emulator|main)\.ts$/;

export default defineConfig({
  input: Object.fromEntries(
    modules.map((file) => [file.slice('lib/'.length, -'.ts'.length), file]),
  ),
  platform: 'node',
  external: ['commander', 'iconv-lite', 'jiti', 'koffi'],
  resolve: { mainFields: ['module', 'main'] },
  tsconfig: false,
  preserveEntrySignatures: 'allow-extension',
  plugins: [licenses()],
  output: {
    format: 'cjs',
    strict: true,
    entryFileNames: '[name].js',
    // As deep as the modules themselves, some of which look from there for the package's root.
    chunkFileNames: 'chunks/[name].js',
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: 'library', test: (id) => LIBRARY.test(id) && !APART.test(id) }],
    },
  },
});

/** Writes the licenses of the packages that the output has code of, as they ask for. */
function licenses() {
  return {
    name: 'licenses',
    generateBundle(_, bundle) {
      const files = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
      const packages = new Set(
        files.flatMap(
          (file) => /.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file) ?? [],
        ),
      );
      const source = [...packages].sort().map((directory) => {
        const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
        const license = readdirSync(directory).find((file) => /^licen[sc]e/i.test(file));
        return `${name} ${version}\n\n${readFileSync(join(directory, license), 'utf8').trim()}\n`;
      });
      this.emitFile({
        type: 'asset',
        fileName: 'chunks/licenses.txt',
        source: source.join(`\n${'-'.repeat(80)}\n\n`),
      });
    },
  };
}
