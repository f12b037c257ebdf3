// The recipes of docs/testing.md, followed in a project of `rasshost init` with the built package.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { policyProject } from '../../lib/cli/projects';

const ROOT = join(__dirname, '../..');
const MODULES = join(ROOT, 'node_modules');
const PAGE = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');

/** What the tests of the template are called, in their order. */
const TITLES = [
  ...readFileSync(join(ROOT, 'templates/passcode/policy.test.ts'), 'utf8').matchAll(
    /^test\('(.*)',/gm,
  ),
].map(([, title = '']) => title);

let project: string;

beforeEach(async () => {
  project = mkdtempSync(join(tmpdir(), 'rasshost-recipe-'));
  const { files } = await policyProject('passcode');
  for (const [name, content] of files) writeFileSync(join(project, name), content);
  mkdirSync(join(project, 'node_modules/rasshost'), { recursive: true });
  for (const name of readdirSync(MODULES).filter((name) => !name.startsWith('.'))) {
    symlinkSync(join(MODULES, name), join(project, 'node_modules', name));
  }
  // Not a link: vitest takes what lies outside of node_modules for sources of the project.
  for (const name of ['package.json', 'dist']) {
    cpSync(join(ROOT, name), join(project, 'node_modules/rasshost', name), { recursive: true });
  }
});

afterEach(() => rmSync(project, { recursive: true }));

/** What stands below a heading of the page, up to the next one. */
function recipe(heading: string): string {
  const [, text = ''] = new RegExp(`^## ${heading}\n(.*?)^## `, 'ms').exec(PAGE) ?? [];
  return text;
}

/** The last command of a recipe, run with the node of this process. */
function run(text: string, options: readonly string[]) {
  const [command = ''] = [...text.matchAll(/^(?:node|npx) .*$/gm)].map(([line]) => line).slice(-1);
  const script = command.replace(/^npx vitest/, 'node node_modules/vitest/vitest.mjs').split(' ');
  const { status, stdout, stderr } = spawnSync(process.execPath, [...script.slice(1), ...options], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, output: stdout + stderr };
}

/** Does in the project what a recipe says, but for installing packages. */
function follow(text: string): void {
  const [, name, content = ''] = /^Save this as `(.*)`:\n\n```js\n(.*?)^```/ms.exec(text) ?? [];
  if (name !== undefined) writeFileSync(join(project, name), content);
  const [importLine] = /import \{ test \} from '.*?';/.exec(text) ?? [];
  if (importLine === undefined) return;
  const tests = readFileSync(testFile(), 'utf8').replace(
    /^import .* from 'node:test';$/m,
    importLine,
  );
  expect(tests).not.toContain("'node:test'");
  writeFileSync(testFile(), tests);
}

function testFile(): string {
  return join(project, 'policy.test.ts');
}

describe.each<[heading: string, ...options: string[]]>([
  ['With node:test'],
  // A machine that has other work takes its time for the hashes of passcodes.
  ['With jest', '--testTimeout=120000'],
  ['With vitest', '--reporter=verbose', '--testTimeout=120000'],
])('the recipe %s', (heading, ...options) => {
  const text = recipe(heading);

  beforeEach(() => follow(text));

  test('runs the tests of the project, unchanged but for one import', () => {
    const { status, output } = run(text, options);
    expect(TITLES.length).toBeGreaterThan(5);
    expect(TITLES.filter((title) => !output.includes(title))).toEqual([]);
    const { length } = TITLES;
    expect(output).toMatch(new RegExp(`pass ${length}$|${length} passed[, (]`, 'm'));
    expect(status).toBe(0);
  });

  test('has failures that show the terminal and begin in the test', () => {
    const tests = readFileSync(testFile(), 'utf8');
    writeFileSync(testFile(), tests.replace(`sees('Welcome.')`, `sees('Hello.')`));
    const { status, output } = run(text, options);
    expect(output).toContain('the caller did not see "Hello."');
    expect(output).toContain('| Welcome.');
    expect(output).toMatch(/policy\.test\.ts:19/);
    expect(status).toBe(1);
  });
});

test('node:test runs all the TypeScript that a policy may have on a server', () => {
  writeFileSync(join(project, 'doors.ts'), `export const doors: string[] = [];\n`);
  writeFileSync(
    join(project, 'modern.test.ts'),
    `import assert from 'node:assert/strict';
     import { test } from 'node:test';
     import { doors } from './doors';

     function named(value: unknown, context: DecoratorContext): void {
       doors.push(context.kind + ' ' + String(context.name));
     }
     @named class Door {
       @named accessor open = false;
       constructor(private readonly width: number) { this.open = this.width > 1; }
     }
     namespace Walls { export const four = 4; }
     enum Access { Denied, Granted = 1 << Walls.four }

     test('modern syntax', async () => {
       using closing = { [Symbol.dispose]: () => {} };
       assert.equal(new Door(2).open, true);
       assert.deepEqual(doors.sort(), ['accessor open', 'class Door']);
       assert.equal(Access[16], 'Granted');
       assert.match(import.meta.url, /modern\\.test\\.ts$/);
       await assert.rejects(import('./nowhere'), { code: 'ERR_MODULE_NOT_FOUND' });
     });`,
  );
  const { status, output } = run('node --import rasshost/typescript --test modern.test.ts', []);
  expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('pass 1') });
});

test('a syntax error in a test of node:test has file, line and column', () => {
  writeFileSync(join(project, 'broken.test.ts'), 'const first = 1;\nconst = 2;\n');
  const { status, output } = run('node --import rasshost/typescript --test broken.test.ts', []);
  expect(status).toBe(1);
  expect(output).toMatch(/broken\.test\.ts:2:7: Unexpected token/);
});

test('a project of init has answered what npm asks about install scripts', async () => {
  const { files } = await policyProject('passcode');
  const { allowScripts } = JSON.parse(files.get('package.json') ?? '') as {
    allowScripts: Record<string, boolean>;
  };
  expect(allowScripts).toEqual({ koffi: false });
});
