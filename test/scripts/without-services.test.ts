// Packages that bring services are installed without starting them.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { withoutServices } = jest.requireActual<{
  withoutServices: <T>(action: () => T, policy: string) => T;
}>('../../scripts/without-services');

let directory: string;
let policy: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost-test-'));
  policy = join(directory, 'policy-rc.d');
});
afterEach(() => rmSync(directory, { recursive: true }));

const ask = () => spawnSync(policy, ['ppp', 'start']).status;

test('while apt runs a package that asks may not start its service, and afterwards all is as before', () => {
  expect(withoutServices(ask, policy)).toBe(101);
  expect(existsSync(policy)).toBe(false);
});

test('a policy that apt ran into an error with is taken back as well', () => {
  const failing = () => {
    throw new Error('apt-get failed');
  };
  expect(() => withoutServices(failing, policy)).toThrow('apt-get failed');
  expect(existsSync(policy)).toBe(false);
});

test("the machine's own policy stays in force, and stays", () => {
  const own = '#!/bin/sh\nexit 104\n';
  writeFileSync(policy, own, { mode: 0o700 });
  expect(withoutServices(ask, policy)).toBe(104);
  expect(readFileSync(policy, 'utf8')).toBe(own);
  expect(statSync(policy).mode & 0o777).toBe(0o700);
});

test('a policy of ours that a killed run has left is taken back by the next one', () => {
  const left = withoutServices(() => readFileSync(policy, 'utf8'), policy);
  writeFileSync(policy, left, { mode: 0o755 });
  expect(withoutServices(ask, policy)).toBe(101);
  expect(existsSync(policy)).toBe(false);
});
