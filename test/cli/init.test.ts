import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { main } from '../../lib/cli/main';
import { CapturedIo } from '../support/captured-io';

const FILES = [
  ...['.gitignore', 'README.md', 'hash-passcode.ts', 'package.json', 'policy.test.ts'],
  ...['policy.ts', 'tsconfig.json'],
];

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost-init-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

async function init(project: string): Promise<CapturedIo & { code: number }> {
  const io = new CapturedIo();
  const code = await main(['init', project], io, new AbortController().signal);
  return Object.assign(io, { code });
}

const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

describe('rasshost init', () => {
  test('writes a project to a directory that it makes, and says how to go on', async () => {
    const project = join(directory, 'new', 'demo');
    const { code, out, err } = await init(project);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(readdirSync(project).sort()).toEqual(FILES);
    const { version } = JSON.parse(read(resolve(__dirname, '../../package.json'))) as {
      version: string;
    };
    expect(out).toMatch(
      new RegExp(
        `\nnpm pack .* ${project} .*\ncd ${project}\nnpm install ./rasshost-${version}.tgz\nnpm test\n`,
      ),
    );
    expect(JSON.parse(read(project, 'package.json'))).toMatchObject({
      private: true,
      dependencies: { rasshost: `^${version}` },
    });
  });

  test('makes up a passcode for alice, and puts only its hash into the policy', async () => {
    const { out } = await init(directory);
    const [, passcode = ''] = /passcode (\d{6})\n/.exec(out) ?? [];
    const other = join(directory, 'other');
    expect((await init(other)).out).not.toContain(passcode);
    const policy = read(directory, 'policy.ts');
    expect(policy).toMatch(/\['alice', '[0-9a-f]{32}:[0-9a-f]{64}'\]/);
    expect(policy).not.toContain(passcode);
  });

  test.each(FILES)('overwrites nothing, and writes nothing, when %s exists', async (name) => {
    writeFileSync(join(directory, name), 'mine');
    const { code, out, err } = await init(directory);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(`rasshost: RASSHOST_E_EXISTS: ${join(directory, name)} exists already\n`);
    expect(readdirSync(directory)).toEqual([name]);
    expect(read(directory, name)).toBe('mine');
  });
});
