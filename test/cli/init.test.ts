import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { main } from '../../lib/cli/main';
import { CapturedIo } from '../support/captured-io';

const COMMON = [
  ...['.gitignore', 'README.md', 'hash-passcode.ts', 'package.json', 'passcodes.ts'],
  ...['policy.test.ts', 'policy.ts', 'tsconfig.json'],
];

/** The options of init, and the files of the project. */
const PROJECTS: readonly (readonly [options: readonly string[], files: readonly string[]])[] = [
  [[], COMMON],
  [['--template', 'passcode'], COMMON],
  [
    ['--template', 'groups'],
    [...COMMON, 'users.ts'],
  ],
  [
    ['--dll'],
    [
      ...['.gitignore', 'CMakeLists.txt', 'README.md', 'dialog.cpp', 'dialog.h'],
      ...['mingw-w64.cmake', 'package.json', 'ras_security.h', 'security_dll.cpp'],
      'security_dll.def',
    ],
  ],
];

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost-init-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

async function init(project: string, ...options: string[]) {
  const io = new CapturedIo();
  const code = await main(['init', project, ...options], io, new AbortController().signal);
  return { code, out: io.out, err: io.problems };
}

const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

describe('rasshost init', () => {
  test.each(PROJECTS)(
    'with %j writes a project to a directory that it makes, and says how to go on',
    async (options, files) => {
      const project = join(directory, 'new', 'demo');
      const { code, out, err } = await init(project, ...options);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(readdirSync(project).sort()).toEqual(files);
      const { version } = JSON.parse(read(resolve(__dirname, '../../package.json'))) as {
        version: string;
      };
      expect(out).toMatch(
        new RegExp(
          `\nnpm pack .* ${project} .*\ncd ${project}\nnpm install ./rasshost-${version}.tgz\n`,
        ),
      );
      const next = options.includes('--dll')
        ? /^x86_64-w64-.*\nnpm run emulate\n$/
        : /^npm test\nnpx /;
      expect(out.split('.tgz\n')[1]).toMatch(next);
      expect(JSON.parse(read(project, 'package.json'))).toMatchObject({
        private: true,
        dependencies: { rasshost: `^${version}` },
      });
      for (const file of files) expect(read(project, file)).not.toContain('HASH_OF_THE_PASSCODE');
    },
  );

  test.each([
    [[], 'policy.ts'],
    [['--template', 'groups'], 'users.ts'],
  ])(
    'with %j makes up a passcode for alice, and puts only its hash into %s',
    async (options, file) => {
      const { out } = await init(directory, ...options);
      const [, passcode = ''] = /passcode (\d{6})\n/.exec(out) ?? [];
      const other = join(directory, 'other');
      expect((await init(other, ...options)).out).not.toContain(passcode);
      const users = read(directory, file);
      expect(users).toMatch(/\['alice', '[0-9a-f]{32}:[0-9a-f]{64}'\]/);
      expect(users).not.toContain(passcode);
    },
  );

  test.each(PROJECTS.flatMap(([options, files]) => files.map((name) => [options, name] as const)))(
    'with %j overwrites nothing, and writes nothing, when %s exists',
    async (options, name) => {
      writeFileSync(join(directory, name), 'mine');
      const { code, out, err } = await init(directory, ...options);
      expect({ code, out }).toEqual({ code: 5, out: '' });
      expect(err).toBe(`rasshost: RASSHOST_E_EXISTS: ${join(directory, name)} exists already\n`);
      expect(readdirSync(directory)).toEqual([name]);
      expect(read(directory, name)).toBe('mine');
    },
  );

  test.each([
    [
      'a template that there is not',
      ['--template', 'token'],
      'Allowed choices are passcode, groups',
    ],
    ['a template for a DLL', ['--dll', '--template', 'groups'], '--dll and --template exclude'],
  ])('refuses %s', async (_what, options, problem) => {
    const { code, out, err } = await init(directory, ...options);
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(problem)]);
    expect(err).toMatch(/^rasshost: RASSHOST_E_OPTION: /);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('says in a line why the system does not let it write', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    const { code, err } = await init(join(file, 'demo'));
    expect([code, err]).toEqual([5, expect.stringMatching(/^rasshost: ENOTDIR: .*\n$/)]);
  });
});
