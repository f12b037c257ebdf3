import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isPolicy, policyFunction } from '../../lib/policy/policy';
import { loadPolicy } from '../../lib/worker/load-policy';

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

const DENY = `deny({ userName: 'alice', domain: 'CONTOSO' })`;

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

  test('gives a policy the running copy of rasshost, not a second one', async () => {
    const policy = await loadPolicy(
      await file(
        'copy.ts',
        `import * as rasshost from 'rasshost';
         export default rasshost.definePolicy(() => { throw rasshost; });`,
      ),
    );
    const decide = policyFunction(policy) as () => never;
    let copy: { RasshostError?: unknown } = {};
    try {
      decide();
    } catch (thrown) {
      copy = thrown as typeof copy;
    }
    expect(copy.RasshostError).toBe((await import('rasshost')).RasshostError);
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

  test('names file and line of a syntax error', async () => {
    const broken = await file(
      'broken.ts',
      `import 'rasshost';\n\nexport default definePolicy((;\n`,
    );
    const error: unknown = await loadPolicy(broken).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'RASSHOST_E_POLICY_LOAD' });
    expect(String(error)).toContain(broken);
    expect(String(error)).toMatch(/[(:]3:/);
  });

  test('says what a policy file threw while it was loaded', async () => {
    const throwing = await file('throwing.ts', `throw new Error('no token server configured');`);
    await expect(loadPolicy(throwing)).rejects.toMatchObject({
      code: 'RASSHOST_E_POLICY_LOAD',
      message: expect.stringContaining('no token server configured'),
    });
  });

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
