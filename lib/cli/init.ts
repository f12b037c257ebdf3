import { randomBytes, randomInt, scryptSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { RasshostError } from '../errors';
import { PACKAGE_ROOT } from '../windows/package-copy';
import type { Io } from './io';

const TEMPLATE = join(PACKAGE_ROOT, 'templates', 'policy-project');

/** What npm would treat as its own file in our package, by what it is called in the project. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
};

/**
 * `rasshost init DIR`: writes a project with a policy and its tests. Returns the exit code.
 *
 * @throws {@link RasshostError} RASSHOST_E_EXISTS when a file is there already; then none is written
 */
export async function init(directory: string, io: Io): Promise<number> {
  const passcode = randomInt(1_000_000).toString().padStart(6, '0');
  const files = await projectFiles(passcode);
  for (const name of files.keys()) {
    const path = join(directory, name);
    if (existsSync(path)) throw new RasshostError('RASSHOST_E_EXISTS', `${path} exists already`);
  }
  await mkdir(directory, { recursive: true });
  for (const [name, content] of files) {
    await writeFile(join(directory, name), content, { flag: 'wx' });
  }
  io.stdout.write(`wrote ${[...files.keys()].join(', ')}\n`);
  io.stdout.write(`alice may dial in with the passcode ${passcode}\n\n`);
  io.stdout.write(await nextCommands(directory));
  return 0;
}

/** rasshost is not on npm: the project gets the very package that has written it. */
async function nextCommands(directory: string): Promise<string> {
  const { version } = await ourManifest();
  const quoted = (path: string) => (/[^\w./\\:~-]/.test(path) ? `"${path}"` : path);
  const project = quoted(directory);
  return [
    `npm pack --ignore-scripts --pack-destination ${project} ${quoted(PACKAGE_ROOT)}`,
    ...(relative('.', directory) === '' ? [] : [`cd ${project}`]),
    `npm install ./rasshost-${version}.tgz`,
    'npm test',
    'npx rasshost simulate policy.ts',
    '',
  ].join('\n');
}

/** The content of each file, by its name. */
async function projectFiles(passcode: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map([
    ['package.json', json(await manifest())],
    ['tsconfig.json', json(TSCONFIG)],
  ]);
  const hash = hashOf(passcode);
  for (const name of await readdir(TEMPLATE)) {
    const content = await readFile(join(TEMPLATE, name), 'utf8');
    files.set(RENAMED[name] ?? name, content.replace('HASH_OF_THE_PASSCODE', hash));
  }
  return files;
}

/** TypeScript and Node's types are of the versions that rasshost itself is checked with. */
async function manifest(): Promise<object> {
  const ours = await ourManifest();
  return {
    private: true,
    type: 'module',
    scripts: {
      test: 'node --import rasshost/typescript --test policy.test.ts',
      typecheck: 'tsc',
      'hash-passcode': 'node --import rasshost/typescript hash-passcode.ts',
    },
    dependencies: { rasshost: `^${ours.version}` },
    devDependencies: {
      '@types/node': ours.devDependencies['@types/node'],
      typescript: ours.devDependencies['typescript'],
    },
  };
}

async function ourManifest() {
  return JSON.parse(await readFile(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
    version: string;
    devDependencies: Record<string, string>;
  };
}

/** As hashPasscode of the template's policy.ts. */
function hashOf(passcode: string): string {
  const salt = randomBytes(16);
  return `${salt.toString('hex')}:${scryptSync(passcode, salt, 32).toString('hex')}`;
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
