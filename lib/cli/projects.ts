import { randomBytes, randomInt, scryptSync } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../package/root';

const TEMPLATES = join(PACKAGE_ROOT, 'templates');

/** What `rasshost init --template` takes: a directory of templates/ each. */
export const POLICY_TEMPLATES = ['passcode', 'groups'] as const;

/** A project that `rasshost init` writes. */
export interface Project {
  /** The content of each file, by its name. */
  readonly files: ReadonlyMap<string, string>;
  /** What its user has to know. */
  readonly note: string;
  /** What is typed there when rasshost has been installed. */
  readonly commands: readonly string[];
}

/** What npm would treat as its own file in our package, by what it is called in the project. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/** npm asks about install scripts. That of koffi builds what koffi gets from npm ready-made. */
const NO_SCRIPTS = { koffi: false };

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

/** A policy with its tests. It knows one user, whose passcode is made up. */
export async function policyProject(template: string): Promise<Project> {
  const passcode = randomInt(1_000_000).toString().padStart(6, '0');
  const hash = hashOf(passcode);
  const files = [...(await filesOf('common')), ...(await filesOf(template))];
  return {
    files: new Map([
      ['package.json', json(await policyManifest())],
      ['tsconfig.json', json(TSCONFIG)],
      ...files.map(([name, text]) => [name, text.replace('HASH_OF_THE_PASSCODE', hash)] as const),
    ]),
    note: `alice may dial in with the passcode ${passcode}`,
    commands: ['npm test', 'npx rasshost simulate policy.ts --watch'],
  };
}

/** A security DLL in C++, for the emulator and for a server. */
export async function securityDllProject(): Promise<Project> {
  const { version } = await ourManifest();
  const files = new Map(await filesOf('security-dll'));
  const manifest = {
    private: true,
    scripts: { emulate: 'rasshost emulate --dll security_dll.dll --strict' },
    dependencies: { rasshost: `^${version}` },
    allowScripts: NO_SCRIPTS,
  };
  return {
    files: new Map([['package.json', json(manifest)], ...files]),
    note: 'README.md has other lines that build security_dll.dll, with CMake and Visual Studio',
    commands: [buildLine(files.get('README.md')), 'npm run emulate'],
  };
}

/** The one line that builds the security DLL, with the compiler that is usual on this system. */
function buildLine(readme = ''): string {
  const line = process.platform === 'win32' ? /^cl .*$/m : /^x86_64-w64-mingw32-g\+\+ .*$/m;
  return line.exec(readme)?.[0] ?? '';
}

async function filesOf(template: string): Promise<(readonly [name: string, content: string])[]> {
  const directory = join(TEMPLATES, template);
  const names = await readdir(directory);
  return Promise.all(
    names.map(async (name) => {
      const content = await readFile(join(directory, name), 'utf8');
      return [RENAMED[name] ?? name, content] as const;
    }),
  );
}

/** TypeScript and Node's types are of the versions that rasshost itself is checked with. */
async function policyManifest(): Promise<object> {
  const ours = await ourManifest();
  return {
    private: true,
    type: 'module',
    scripts: {
      test: 'node --import rasshost/typescript --test policy.test.ts',
      check: 'rasshost check policy.ts',
      typecheck: 'tsc',
      'hash-passcode': 'node --import rasshost/typescript hash-passcode.ts',
    },
    dependencies: { rasshost: `^${ours.version}` },
    allowScripts: NO_SCRIPTS,
    devDependencies: {
      '@types/node': ours.devDependencies['@types/node'],
      typescript: ours.devDependencies['typescript'],
    },
  };
}

export async function ourManifest() {
  return JSON.parse(await readFile(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
    version: string;
    devDependencies: Record<string, string>;
  };
}

/** As hashPasscode of the templates' passcodes.ts. */
function hashOf(passcode: string): string {
  const salt = randomBytes(16);
  return `${salt.toString('hex')}:${scryptSync(passcode, salt, 32).toString('hex')}`;
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
