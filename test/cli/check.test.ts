import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { main } from '../../lib/cli/main';
import { CapturedIo } from '../support/captured-io';
import { until } from '../support/until';

const ROOT = resolve(__dirname, '../..');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost-check-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** As `npm install` does it beside the policy. */
function install(...packages: ('rasshost' | 'typescript')[]): void {
  mkdirSync(join(directory, 'node_modules'));
  for (const name of packages) {
    const target = name === 'rasshost' ? ROOT : join(ROOT, 'node_modules', name);
    symlinkSync(target, join(directory, 'node_modules', name));
  }
}

async function check(...args: string[]) {
  const io = new CapturedIo();
  const options = ['--load-seconds', '600', ...args];
  const code = await main(['check', ...options], io, new AbortController().signal);
  // The places are relative to where the command runs.
  const out = io.out.replaceAll(`${relative('.', directory)}/`, '');
  return { code, out, err: io.problems };
}

const HEAD = `import { definePolicy, deny } from 'rasshost';\n`;

test('check finds nothing wrong, and lists the texts that callers read', async () => {
  install('rasshost', 'typescript');
  file('texts.ts', `export const said = (dialog: any) => dialog.print('so long');\n`);
  const policy = file(
    'policy.ts',
    `${HEAD}import { said } from './texts';
export default definePolicy(async (dialog) => {
  dialog.print(\`hello \${dialog.deviceName}, \` + 'well met');
  console.log('for the log');
  const name = await dialog.ask('Name: ');
  said(dialog);
  return deny({ userName: name, domain: 'CONTOSO' });
}, { selfCheck: () => {}, texts: { newPin: 'Another PIN: ' } });`,
  );
  const options = { module: 'node16', types: [], skipLibCheck: true };
  file('tsconfig.json', JSON.stringify({ compilerOptions: options }));
  const { code, out, err } = await check(policy);
  // What takes no second is not named.
  const progress = expect.stringMatching(/^(loading .*\/policy\.ts\n)?(checking types\n)?$/);
  expect({ code, err }).toEqual({ code: 0, err: progress });
  const [summary, texts = ''] = out.split('\n\n');
  expect(summary).toMatch(
    /^policy +\/.*policy\.ts\nloads +yes\nself-check +ok\ntypes +TypeScript [\d.]+: ok$/,
  );
  const [own, ...languages] = texts.split(/^texts of the language (?=\w+$)/m);
  expect(own).toBe(`texts of the policy
  policy.ts:4:17  "hello "
  policy.ts:4:43  ", "
  policy.ts:4:49  "well met"
  policy.ts:6:33  "Name: "
  policy.ts:9:44  "Another PIN: "
  texts.ts:1:51  "so long"
`);
  expect(languages.map((text) => /^(\w+)[^]*^ {2}choice {2}(".*")$/m.exec(text)?.slice(1))).toEqual(
    [
      ['en', '"Choice: "'],
      ['de', '"Auswahl: "'],
      ['fr', '"Choix : "'],
    ],
  );
  expect(out).toMatch(/\n\nnothing is wrong\n$/);
});

test('check names each text that the code page of the policy lacks, and ends with 1', async () => {
  const policy = file(
    'policy.js',
    `const { definePolicy, deny } = require('rasshost');
module.exports = definePolicy(async (dialog) => {
  dialog.print('Grüße');
  await dialog.ask('Größe: ');
  return deny();
}, { codePage: 'ascii' });`,
  );
  const { code, out } = await check(policy);
  expect(code).toBe(1);
  expect(out).toContain('\ntypes       not checked: the policy is JavaScript\n');
  expect(out).toMatch(
    /\n2 problems:\n {2}policy\.js:3:16: "ü" is not .*ascii\n {2}policy\.js:4:20: "ö" is not .*ascii\n$/,
  );
  file(
    'policy.js',
    HEAD +
      `export default definePolicy(async (d) => (d.print('Grüße'), deny()),
    { codePage: 'cp437' });`,
  );
  expect(await check(policy)).toMatchObject({
    code: 0,
    out: expect.stringContaining('"Grüße"'),
  });
});

describe('the types of a policy', () => {
  const WRONG = `${HEAD}const word: number = 'one';
export default definePolicy(async () => word);`;

  test('are checked, and what is wrong has its place', async () => {
    install('rasshost', 'typescript');
    const { code, out } = await check(file('policy.ts', WRONG));
    expect(code).toBe(1);
    expect(out).toMatch(/^types +TypeScript [\d.]+: 2 errors$/m);
    expect(out).toMatch(
      /^ {2}policy\.ts:2:7: Type 'string' is not assignable to type 'number'\.$/m,
    );
    expect(out).toMatch(/^ {2}policy\.ts:3:\d+: .*\n {6}Type /m);
  });

  test('are checked by the options of the tsconfig.json that belongs to the policy', async () => {
    install('rasshost', 'typescript');
    const policy = file(
      'policy.ts',
      `${HEAD}export default definePolicy((dialog) => { const no = 1; return deny(); });`,
    );
    expect((await check(policy)).code).toBe(0);
    const options = { module: 'node16', types: [], skipLibCheck: true, noUnusedLocals: true };
    file('tsconfig.json', JSON.stringify({ compilerOptions: options }));
    const { code, out } = await check(policy);
    expect([code, out]).toEqual([1, expect.stringContaining("'no' is declared but its value")]);
    file('tsconfig.json', '{ "compilerOptions": ');
    expect((await check(policy)).out).toMatch(/tsconfig\.json:1:\d+: .* expected/);
  });

  test('are not checked where there is no TypeScript, which is said', async () => {
    const { code, out } = await check(file('policy.ts', WRONG));
    expect(code).toBe(0);
    expect(out).toContain('\ntypes       not checked: there is no TypeScript beside the policy\n');
  });

  test('are a problem when the compiler itself fails', async () => {
    mkdirSync(join(directory, 'node_modules/typescript'), { recursive: true });
    file('node_modules/typescript/index.js', `throw new Error('half installed');`);
    const { code, out } = await check(file('policy.ts', WRONG));
    expect([code, out]).toEqual([1, expect.stringMatching(/compiler has failed:\n[^]*half inst/)]);
  });
});

describe('the self-check of a policy', () => {
  const policyWith = (selfCheck: string) =>
    file(
      'policy.ts',
      `${HEAD}export default definePolicy(() => deny(), { selfCheck: ${selfCheck} });`,
    );

  test('is run, and what it throws is a problem', async () => {
    const policy = policyWith(`() => { throw new Error('no token server'); }`);
    const { code, out } = await check(policy);
    expect(code).toBe(1);
    expect(out).toMatch(/^self-check +failed$/m);
    expect(out).toMatch(/\n1 problem:\n {2}RASSHOST_E_SELF_CHECK: no token server\n$/);
  });

  test.each([
    ['never settles', 'async () => { setInterval(() => {}, 1e6); await new Promise(() => {}); }'],
    ['loops', '() => { while (true) {} }'],
  ])('is a problem when it %s', async (_what, selfCheck) => {
    const { code, out, err } = await check(policyWith(selfCheck));
    expect([code, out + err]).toEqual([1, expect.stringContaining('RASSHOST_E_SELF_CHECK: ')]);
  });
});

test('check --json writes one line of JSON, and nothing else', async () => {
  const policy = file(
    'policy.ts',
    `${HEAD}export default definePolicy((d) => (d.print('ü'), deny()));`,
  );
  const { code, out, err } = await check(policy, '--json');
  expect([code, err, out.split('\n').length]).toEqual([1, '', 2]);
  expect(JSON.parse(out)).toMatchObject({
    policy,
    loads: true,
    selfCheck: 'none',
    types: null,
    texts: {
      languages: { de: { choice: 'Auswahl: ' } },
      own: [{ file: 'policy.ts', line: 2, column: 45, text: 'ü' }],
      unshowable: ['policy.ts:2:45: "ü" is not in the code page ascii'],
    },
    problems: ['policy.ts:2:45: "ü" is not in the code page ascii'],
  });
});

describe('check --json of a policy that', () => {
  test.each([
    ['does not load', 6, false, 'RASSHOST_E_POLICY_LOAD', 'export default {{{'],
    ['is none', 6, false, 'RASSHOST_E_POLICY_INVALID', 'export default 1;'],
    ['hangs', 6, false, 'RASSHOST_E_POLICY_HANGS', 'await new Promise(() => {});'],
    [
      'has a self-check that loops',
      1,
      true,
      'RASSHOST_E_SELF_CHECK',
      `${HEAD}export default definePolicy(() => deny(), { selfCheck: () => { while (true) {} } });`,
    ],
  ])('%s is told as JSON, too', async (_what, expected, loads, error, text) => {
    const policy = file('policy.ts', text);
    const { code, out, err } = await check(policy, '--json');
    expect(code).toBe(expected);
    const problem = expect.stringMatching(new RegExp(`^${error}: `));
    expect(JSON.parse(out)).toEqual({ policy, loads, problems: [problem] });
    expect(err).toContain(`rasshost: ${error}: `);
  });

  test('does not exist is told as JSON, too', async () => {
    const { code, out } = await check('no-such.ts', '--json');
    expect(code).toBe(6);
    expect(JSON.parse(out)).toMatchObject({
      policy: join(process.cwd(), 'no-such.ts'),
      loads: false,
    });
  });
});

test('check that is stopped while it checks types ends the compiler, and says so', async () => {
  mkdirSync(join(directory, 'node_modules/typescript'), { recursive: true });
  file('node_modules/typescript/index.js', 'while (true) {}');
  const io = new CapturedIo();
  const stop = new AbortController();
  const code = main(
    ['check', file('policy.ts', `${HEAD}export default definePolicy(() => deny());`)],
    io,
    stop.signal,
  );
  await until('the compiler', () => io.err.includes('checking types'));
  stop.abort('SIGINT');
  expect([await code, io.err]).toEqual([130, expect.stringContaining('RASSHOST_E_STOPPED')]);
});
