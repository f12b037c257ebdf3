import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { openWindowsHost } from '../../lib/windows/open-windows-host';

const ROOT = resolve(__dirname, '../..');

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function filesUnder(directory: string): string[] {
  return readdirSync(join(ROOT, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}

/** What the package is to have; every lib file comes as JavaScript with its declarations. */
function expectedFiles(): string[] {
  const compiled = filesUnder('lib')
    .filter((path) => !path.endsWith('.d.ts'))
    .flatMap((path) => {
      const base = path.replace(/^lib/, 'dist').replace(/ts$/, '');
      return [`${base}js`, `${base.replace(/m?$/, 'd.$&')}ts`];
    });
  return [
    ...[
      'CHANGELOG.md',
      'CMakeLists.txt',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'binding.gyp',
    ],
    'package.json',
    ...filesUnder('windows'),
    ...['rasshost.node', 'rasshost.dll', 'rasman.dll', 'ras-server.exe'].map(
      (name) => `prebuilds/win32-x64/${name}`,
    ),
    ...compiled,
    ...['babel.min.js', 'library.js', 'licenses.txt', 'rolldown-runtime.js'].map(
      (name) => `dist/chunks/${name}`,
    ),
    ...filesUnder('cmake'),
    ...filesUnder('docs'),
    ...filesUnder('examples'),
    ...filesUnder('templates'),
    ...filesUnder('native').filter((path) => !path.startsWith('native/test/')),
  ];
}

test('npm would publish the library, the Windows binaries, the sources and docs, and no more', () => {
  const [{ files }] = JSON.parse(npm(ROOT, 'pack', '--dry-run', '--json', '--ignore-scripts')) as [
    { files: { path: string }[] },
  ];
  expect(files.map(({ path }) => path).sort()).toEqual(expectedFiles().sort());
});

test('what is published links to what is published', () => {
  const published = new Set(expectedFiles());
  const pages = [...published].filter((path) => path.endsWith('.md'));
  const links = pages.flatMap((page) =>
    [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g)].map(
      ([, target = '']) => join(dirname(page), target),
    ),
  );
  expect(links.length).toBeGreaterThan(40);
  expect(links.filter((link) => !published.has(link))).toEqual([]);
});

test('installing runs no script of ours, and no compiler', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
    gypfile: boolean;
  };
  expect(Object.keys(manifest.scripts).filter((name) => /install$/.test(name))).toEqual([]);
  expect(manifest.gypfile).toBe(false);
});

test('Windows gets the same versions of our dependencies as this package asks for', () => {
  const read = (path: string) =>
    (
      JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as {
        dependencies: Record<string, string>;
      }
    ).dependencies;
  const own = read('package.json');
  expect(read('windows/package.json')).toEqual({
    ...own,
    // A package of its own, which koffi's only asks for where it is installed on Windows.
    '@koromix/koffi-win32-x64': own['koffi'],
  });
});

describe('the packed tarball, installed into an empty project', () => {
  let project: string;
  let tarball: string;

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'rasshost-project-'));
    npm(ROOT, 'pack', '--ignore-scripts', '--pack-destination', project);
    const [packed = ''] = readdirSync(project);
    tarball = join(project, packed);
    writeFileSync(join(project, 'package.json'), '{ "private": true }');
    npm(project, 'install', '--prefer-offline', '--ignore-scripts', tarball);
  });

  afterAll(() => rmSync(project, { recursive: true }));

  test('is a library', () => {
    const script = `
      const { definePolicy, deny } = require('rasshost');
      const { SimulatedRasServer, runDialog } = require('rasshost/testing');
      const policy = definePolicy(async () => deny({ userName: 'eve', domain: 'CONTOSO' }));
      const server = new SimulatedRasServer();
      const caller = server.call((transaction) => runDialog(transaction, policy, () => {}));
      caller.outcome.then((outcome) => console.log(JSON.stringify(outcome)));`;
    const options = { cwd: project, encoding: 'utf8' } as const;
    expect(JSON.parse(execFileSync(process.execPath, ['-e', script], options))).toMatchObject({
      outcome: 'failure',
      userName: 'eve',
    });
  });

  test('gives a policy, and a package that it uses, the one copy of the library that runs it', () => {
    const company = join(project, 'node_modules/company');
    mkdirSync(company);
    writeFileSync(join(company, 'index.js'), `exports.Secret = require('rasshost').Secret;`);
    writeFileSync(
      join(project, 'one-copy.ts'),
      `import { definePolicy, deny, Secret } from 'rasshost';
       import * as company from 'company';
       if (company.Secret !== Secret) throw new Error('two copies');
       export default definePolicy(() => deny({ userName: Secret.name, domain: 'CONTOSO' }));`,
    );
    const script = `
      const { loadPolicy } = require('./node_modules/rasshost/dist/loading/load-policy.js');
      loadPolicy('one-copy.ts').then(() => console.log(Object.keys(require.cache).length));`;
    const stdout = execFileSync(process.execPath, ['-e', script], {
      cwd: project,
      encoding: 'utf8',
    });
    // Every file of lib/ and of sucrase by itself would be two hundred.
    expect(Number(stdout)).toBeLessThan(12);
  });

  test('has types: a policy compiles, a policy without a verdict does not', () => {
    const check = (policy: string) => {
      writeFileSync(join(project, 'policy.ts'), policy);
      const args = [join(ROOT, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict'];
      args.push('--module', 'node16', '--target', 'es2022', '--types', 'node', 'policy.ts');
      return execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8' });
    };
    mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
    for (const name of ['@types/node', 'undici-types']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(project, 'node_modules', name));
    }
    const head = `import { definePolicy, deny } from 'rasshost';\n`;
    expect(
      check(
        `${head}export default definePolicy(async (dialog) => {
           const userName: string = await dialog.ask('User name: ');
           return deny({ userName, domain: 'CONTOSO' });
         });`,
      ),
    ).toBe('');
    expect(() =>
      check(`${head}export default definePolicy(async (dialog) => { dialog.print('hello'); });`),
    ).toThrow();
  });

  test('has the command', () => {
    const command = join(project, 'node_modules/.bin/rasshost');
    expect(execFileSync(command, ['--help'], { encoding: 'utf8' })).toContain('emulate');
  });

  test('has an addon that node-gyp-build loads into Node.js for Windows', async () => {
    const directory = join(project, 'node_modules/rasshost');
    expect(existsSync(join(directory, 'build'))).toBe(false);
    const host = await openWindowsHost();
    try {
      const script = `
        const addon = require('node-gyp-build')(process.argv[1]);
        console.log(process.platform, typeof addon.open, addon.layouts().SECURITY_MESSAGE.size);`;
      const build = host.toWindows(join(project, 'node_modules/node-gyp-build'));
      const result = await host.run(
        host.node,
        [
          '-e',
          script.replace("'node-gyp-build'", JSON.stringify(build)),
          host.toWindows(directory),
        ],
        { env: { PREBUILDS_ONLY: '1' } },
      );
      expect(result).toEqual({ code: 0, stdout: 'win32 function 296\n', stderr: '' });
    } finally {
      await host.close();
    }
  });
});
