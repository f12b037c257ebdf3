import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PolicyFile } from '../../lib/simulator/policy-file';
import { until } from '../support/until';

let directory: string;
let file: string;
let policy: PolicyFile | undefined;
const reloads: string[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost-policy-file-'));
  file = join(directory, 'policy.ts');
  reloads.length = 0;
});
afterEach(() => {
  policy?.close();
  rmSync(directory, { recursive: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(directory, name), text);
}

const RIGHT = `import { definePolicy, deny } from 'rasshost';
export default definePolicy(() => deny());`;

async function watched(): Promise<PolicyFile> {
  policy = await PolicyFile.load(file, { loadSeconds: 600 }, (error) =>
    reloads.push(error?.code ?? 'new'),
  );
  policy.watch();
  return policy;
}

async function untilReloads(expected: readonly string[]): Promise<void> {
  await until(
    () => `${expected.join()} in ${reloads.join()}`,
    () => reloads.length >= expected.length,
    () => reloads.length,
  );
  expect(reloads).toEqual(expected);
}

test('a change right after a policy has been loaded is not missed', async () => {
  write('policy.ts', RIGHT);
  await watched();
  write('policy.ts', `${RIGHT}\n`);
  await untilReloads(['new']);
});

test('whoever waits for it gets the policy of the last change, noticed or not', async () => {
  write('policy.ts', RIGHT);
  const watching = await watched();
  await watching.settled();
  const before = watching.policy;
  write('policy.ts', `${RIGHT}\n`);
  await watching.settled();
  expect([watching.policy === before, reloads]).toEqual([false, ['new']]);
  watching.reload();
  await watching.settled();
  expect(reloads).toEqual(['new', 'new']);
  write('policy.ts', 'export default {{{');
  await watching.settled();
  expect(reloads).toEqual(['new', 'new', 'RASSHOST_E_POLICY_LOAD']);
});

test('a policy that does not load stays out until it is changed again', async () => {
  write('policy.ts', RIGHT);
  const loaded = (await watched()).policy;
  write('policy.ts', 'export default {{{');
  await untilReloads(['RASSHOST_E_POLICY_LOAD']);
  expect(policy?.policy).toBe(loaded);
  write('policy.ts', `${RIGHT}\n`);
  await untilReloads(['RASSHOST_E_POLICY_LOAD', 'new']);
  expect(policy?.policy).not.toBe(loaded);
});
