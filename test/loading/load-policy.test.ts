import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isPolicy, policyFunction } from '../../lib/policy/policy';
import { loadPolicy } from '../../lib/loading/load-policy';
import { typeErrors } from '../support/type-check';

let directory: string;

beforeAll(async () => {
  // Outside of every node_modules, as an administrator's policy is.
  directory = await realpath(await mkdtemp(path.join(tmpdir(), 'rasshost-policies-')));
});

afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  const fullPath = path.join(directory, name);
  await writeFile(fullPath, content);
  return fullPath;
}

/** Syntax that not every Node.js has, or that only TypeScript has; each throws when it is wrong. */
const MODERN: Readonly<Record<string, string>> = {
  using: `const ends: string[] = [];
       { using door = { [Symbol.dispose]: () => { ends.push('closed'); } }; ends.push('in'); }
       const ran = ends.join();
       if (ran !== 'in,closed') throw new Error(ran);`,
  'await using': `const ends: string[] = [];
       { await using door = { [Symbol.asyncDispose]: async () => { ends.push('closed'); } }; }
       if (ends.join() !== 'closed') throw new Error(ends.join());`,
  'decorators of ECMAScript': `const kinds: string[] = [];
       function named(value: unknown, context: DecoratorContext) {
         kinds.push(context.kind + ' ' + String(context.name));
       }
       @named class Door {
         @named accessor open = false;
         @named width = 1;
         @named close(): void {}
       }
       new Door();
       if (kinds.sort().join() !== 'accessor open,class Door,field width,method close') {
         throw new Error(kinds.join());
       }`,
  accessor: `class Door { accessor width: number = 1; static accessor doors = 2; }
       const door = new Door();
       door.width += Door.doors;
       const { get } = Object.getOwnPropertyDescriptor(Door.prototype, 'width')!;
       if (door.width !== 3 || get === undefined) throw new Error('no accessor');`,
  'parameter properties': `class Door { constructor(private readonly width: number, public wide = width > 1) {} }
       if (!new Door(2).wide) throw new Error('narrow');`,
  enums: `enum Access { Denied, Granted = 1 << 4, Named = 'x'.length }
       const enum Small { One = 1 }
       if (Access[16] !== 'Granted' || Small.One !== 1) throw new Error('no enum');`,
  'import type = require': `import type Fs = require('node:fs');`,
  'export of a name that is a string': `const one = 1;\nexport { one as 'the first' };`,
  'satisfies, const type parameters and overloads': `function first<const T extends readonly unknown[]>(all: T): T[0];
       function first(all: readonly unknown[]): unknown { return all[0]; }
       const one = first([1, 2]) satisfies number;
       if (one !== 1) throw new Error('not the first');`,
  'using in a file with import.meta': `const here: string = import.meta.url;
       { using door = { [Symbol.dispose]: () => {} }; }
       if (!here.startsWith('file:')) throw new Error(here);`,
  'decorators in a file with import()': `const kinds: string[] = [];
       function named(_: unknown, { kind }: DecoratorContext) { kinds.push(kind); }
       @named class Door {}
       await import('rasshost');
       if (kinds.join() !== 'class') throw new Error(kinds.join());`,
};

const policyWith = (content: string): string =>
  `import { definePolicy, deny } from 'rasshost';\n${content}\nexport default definePolicy(() => ${DENY});`;

const DENY = `deny({ userName: 'alice', domain: 'CONTOSO' })`;

test('tsc accepts all the TypeScript that is to be loaded', () => {
  const policies = Object.entries(MODERN).map(([what, content]) => [what, policyWith(content)]);
  expect(typeErrors(new Map(policies as [string, string][]), 'mts')).toEqual([]);
});

describe('loadPolicy', () => {
  test.each([
    [
      'typed.ts',
      `import { definePolicy, deny, type Dialog } from 'rasshost';
       export default definePolicy(async (dialog: Dialog) => ${DENY});`,
    ],
    [
      'module.mjs',
      `import { definePolicy, deny } from 'rasshost';
       export default definePolicy(() => ${DENY});`,
    ],
    [
      'module.js',
      `import { definePolicy, deny } from 'rasshost';
       export default definePolicy(() => ${DENY});`,
    ],
    [
      'common.cjs',
      `const { definePolicy, deny } = require('rasshost');
       module.exports = definePolicy(() => ${DENY});`,
    ],
    [
      'common-default.cjs',
      `const { definePolicy, deny } = require('rasshost');
       exports.default = definePolicy(() => ${DENY});`,
    ],
    [
      'awaits.mts',
      `const { definePolicy, deny } = await import('rasshost');
       export default definePolicy(() => ${DENY});`,
    ],
    [
      'knows-its-place.mts',
      `import { definePolicy, deny } from 'rasshost';
       const place: string = new URL('.', import.meta.url).href;
       export default definePolicy(() => deny({ userName: place, domain: 'CONTOSO' }));`,
    ],
    [
      'namespaces.ts',
      `import { definePolicy, deny } from 'rasshost';
       namespace Names { export const userName: string = 'alice'; }
       const verdict = deny({ ...Names, domain: 'CONTOSO' });
       export default definePolicy(() => verdict);`,
    ],
  ])('loads %s from a directory without node_modules', async (name, content) => {
    expect(isPolicy(await loadPolicy(await file(name, content)))).toBe(true);
  });

  test.each(Object.entries(MODERN))(
    'loads TypeScript that tsc accepts: %s',
    async (what, content) => {
      expect(isPolicy(await loadPolicy(await file(`${what}.mts`, policyWith(content))))).toBe(true);
    },
  );

  test('gives a policy the running copy of rasshost, not a second one', async () => {
    const policy = await loadPolicy(
      await file(
        'copy.ts',
        `import * as rasshost from 'rasshost';
         import { RasError } from 'rasshost/rasman';
         export default rasshost.definePolicy(() => { throw { ...rasshost, RasError }; });`,
      ),
    );
    const decide = policyFunction(policy) as () => never;
    let copy: { RasshostError?: unknown; RasError?: unknown } = {};
    try {
      decide();
    } catch (thrown) {
      copy = thrown as typeof copy;
    }
    expect(copy.RasshostError).toBe((await import('rasshost')).RasshostError);
    expect(copy.RasError).toBe((await import('rasshost/rasman')).RasError);
  });

  test('loads what the policy imports from beside it', async () => {
    await file('table.ts', `export const users: readonly string[] = ['alice'];`);
    const policy = await file(
      'importing.ts',
      `import { definePolicy, deny } from 'rasshost';
       import { users } from './table';
       if (users[0] !== 'alice') throw new Error('not the table');
       export default definePolicy(() => ${DENY});`,
    );
    expect(isPolicy(await loadPolicy(policy))).toBe(true);
  });

  test('names a file that does not exist', async () => {
    const missing = path.join(directory, 'missing.ts');
    await expect(loadPolicy(missing)).rejects.toMatchObject({
      code: 'RASSHOST_E_POLICY_NOT_FOUND',
      message: expect.stringContaining(missing),
    });
  });

  test('names a path that is a directory', async () => {
    await expect(loadPolicy(directory)).rejects.toMatchObject({
      code: 'RASSHOST_E_POLICY_NOT_FOUND',
      message: expect.stringContaining(`${directory} is not a file`),
    });
  });

  test.each([
    ['by sucrase', ''],
    ['with decorators', `const wrap = (value: unknown) => value;\n@wrap class A {}\n`],
    ['with import.meta', 'import.meta.url;\n'],
  ])('names file, line and column of a syntax error, %s', async (how, before) => {
    const broken = await file(
      `broken ${how}.ts`,
      `import 'rasshost';\n${before}\nexport default foo((;\n`,
    );
    const line = 3 + before.split('\n').length - 1;
    await expect(loadPolicy(broken)).rejects.toMatchObject({
      code: 'RASSHOST_E_POLICY_LOAD',
      message: `RASSHOST_E_POLICY_LOAD: ${broken}:${line}:21: Unexpected token`,
    });
  });

  test('names the file of a syntax error when it is one that the policy imports', async () => {
    const table = await file('broken-table.ts', `export const users = [;\n`);
    const policy = await file('imports-broken.ts', `import './broken-table';`);
    await expect(loadPolicy(policy)).rejects.toThrow(`${table}:1:23: Unexpected token`);
  });

  test.each([
    ['as it is loaded', `\nthrow new Error('no token server configured');`, '2:7'],
    ['by way of another file', `\nimport { fails } from './fails';\n fails();`, undefined],
    [
      'in what only Babel can transpile',
      `const same = (value: any, _context: unknown) => value;\n@same class A {}\n` +
        `throw new Error('no token server configured');`,
      '3:',
    ],
  ])('says what a policy file threw %s, and where', async (how, content, place) => {
    const fails = await file(
      'fails.ts',
      `export function fails(): void {\n  throw new Error('no token server configured');\n}\n`,
    );
    const throwing = await file(`throwing ${how}.ts`, content);
    const where = place === undefined ? `${fails}:2:9` : `${throwing}:${place}`;
    await expect(loadPolicy(throwing)).rejects.toMatchObject({
      code: 'RASSHOST_E_POLICY_LOAD',
      message: expect.stringContaining(`${throwing}: no token server configured (${where}`),
    });
  });

  test.each([
    ['throw undefined;', 'it throws undefined'],
    ['await Promise.reject();', 'it throws undefined'],
    ['throw null;', 'it throws null'],
    [`throw 'no token server';`, "it throws 'no token server'"],
    ['throw { code: 5 };', 'it throws { code: 5 }'],
  ])(
    'names the file that does this, though no error says what is wrong: %s',
    async (content, what) => {
      const throwing = await file(
        `no-error-${what.replaceAll(/\W/g, '-')}.mts`,
        `${content}\nexport {};`,
      );
      await expect(loadPolicy(throwing)).rejects.toMatchObject({
        code: 'RASSHOST_E_POLICY_LOAD',
        message: `RASSHOST_E_POLICY_LOAD: ${throwing}: ${what}`,
      });
    },
  );

  test('names a module that the policy cannot import', async () => {
    const importing = await file('lost.ts', `import './nowhere';`);
    await expect(loadPolicy(importing)).rejects.toMatchObject({
      code: 'RASSHOST_E_POLICY_LOAD',
      message: expect.stringContaining('./nowhere'),
    });
  });

  test.each([
    ['nothing.ts', 'export {};'],
    ['function.ts', 'export default async () => undefined;'],
    ['named.ts', `import { definePolicy } from 'rasshost'; export const policy = definePolicy;`],
    ['json.json', '{ "default": { "rasshost.policy": true } }'],
  ])('refuses %s, which exports no policy', async (name, content) => {
    const fullPath = await file(name, content);
    await expect(loadPolicy(fullPath)).rejects.toMatchObject({
      code: 'RASSHOST_E_POLICY_INVALID',
      message: expect.stringContaining(fullPath),
    });
  });
});
