import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { CapturedIo, NOTHING_WRONG } from '../support/captured-io';

const POLICY = 'examples/passcode.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rasshost-try-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function policy(text: string): string {
  const file = join(directory, 'policy.ts');
  writeFileSync(file, `import { definePolicy, deny, fail } from 'rasshost';\n${text}`);
  return file;
}

async function run(...args: string[]) {
  const io = new CapturedIo();
  const code = await main(['try', ...args], io, new AbortController().signal);
  return { code, out: io.out.replaceAll('\r', ''), err: io.err };
}

/** The six documented functions, in the order in which a dialog uses them first. */
const ORDER = ['Begin', 'GetInfo', 'Send', 'Receive', 'Complete', 'End'];

test.each([
  ['through the emulator', []],
  ['with a simulated RAS server', ['--simulated']],
])('try plays the answers %s and shows dialog, calls and outcome', async (_how, options) => {
  const { code, out, err } = await run(...options, POLICY, 'alice', '123456');
  expect(code).toBe(0);
  expect(err).toMatch(NOTHING_WRONG);
  expect(out).toContain('User name: alice\nPasscode: \nWelcome.\n');
  expect(out).toMatch(/RasSecurityDialogSend +600 PENDING +length=28/);
  expect(out).toMatch(/RasSecurityDialogEnd +619 ERROR_PORT_DISCONNECTED/);
  expect(out).toMatch(/\ncall 1: success CONTOSO\\alice, \d+\.\d s\n$/);
  const calls = [...out.matchAll(/RasSecurityDialog(\w+)/g)].map(([, name = '']) => name);
  expect([calls[0], ...calls.slice(-2)]).toEqual(['Begin', 'Complete', 'End']);
  expect(new Set(calls)).toEqual(new Set(ORDER));
});

test('try exits with 0 when the policy refuses the caller: that is a verdict too', async () => {
  const { code, out } = await run('--simulated', POLICY, 'alice', '1');
  expect([code, out]).toEqual([0, expect.stringContaining('call 1: failure CONTOSO\\alice, ')]);
});

test.each([
  ['through the emulator', []],
  ['with a simulated RAS server', ['--simulated']],
])(
  'try %s hangs up at a prompt for which it has no answer, says so, and exits with 4',
  async (_how, options) => {
    const { code, out, err } = await run(...options, POLICY, 'alice');
    expect([code, out]).toEqual([
      4,
      expect.stringMatching(/call 1: (error 619 ERROR_PORT_DISCONNECTED|ended) \(/),
    ]);
    expect(err).toMatch(/^no ANSWER is left for this prompt: the line is hung up$/m);
  },
);

test('try exits with 3 when the policy ends in an error', async () => {
  const { code, out } = await run(
    '--simulated',
    policy('export default definePolicy(() => fail(5));'),
    'x',
  );
  expect([code, out]).toEqual([3, expect.stringContaining('call 1: error 5 ')]);
});

test('try with the emulator loads the policy once here, for what the terminal has to know', async () => {
  const loads = join(directory, 'loads');
  const file = policy(`import { appendFileSync } from 'node:fs';
    if (process.platform !== 'win32') appendFileSync(${JSON.stringify(loads)}, 'x');
    export default definePolicy(async (dialog) => {
      await dialog.ask('Grüße: ');
      return deny();
    }, { codePage: 'cp437' });`);
  const { code, out } = await run(file, 'alice', '--load-seconds', '600');
  expect([code, out]).toEqual([0, expect.stringContaining('Grüße: alice')]);
  expect(readFileSync(loads, 'utf8')).toBe('x');
});

test.each([
  ['emulator', []],
  ['simulated', ['--simulated']],
])(
  'try --json says that the server is "%s", then what it has recorded, and nothing else',
  async (server, options) => {
    const { code, out } = await run(...options, '--json', POLICY, 'alice', '123456');
    expect(code).toBe(0);
    const [first, ...trace] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(first).toEqual({ server });
    expect(trace).toContainEqual(expect.objectContaining({ outcome: 'success' }));
  },
);

test('try --json at a terminal says that it needs the ANSWERS', async () => {
  const io = new CapturedIo();
  const stdin = { isTTY: true } as unknown as NodeJS.ReadStream;
  const { stdout, stderr } = io;
  const stop = new AbortController().signal;
  expect(await main(['try', POLICY, '--json'], { stdin, stdout, stderr }, stop)).toBe(2);
  expect(io.err).toMatch(
    /^rasshost: RASSHOST_E_OPTION: with --json you would not see .*ANSWERS\n$/,
  );
});

test('try without a terminal and without answers says what it needs', async () => {
  expect(await run(POLICY)).toEqual({
    code: 2,
    out: '',
    err: expect.stringContaining('give the ANSWERS'),
  });
});

test('try where the Windows programs cannot be set up says so in one line and simulates RAS, but not with --json', async () => {
  const { PATH: path, RASSHOST_WINE_HOME: home } = process.env;
  process.env['PATH'] = '/nowhere';
  const empty = mkdtempSync(join(tmpdir(), 'rasshost-test-'));
  process.env['RASSHOST_WINE_HOME'] = empty;
  try {
    const { code, out, err } = await run(POLICY, 'bob', '654321');
    expect([code, out]).toEqual([0, expect.stringContaining('call 1: success CONTOSO\\bob, ')]);
    expect(err).toMatch(
      /^the Windows binaries can't run here, so RAS is simulated \(.*npm.*\)\n$/m,
    );
    expect(await run(POLICY, '--json', 'bob', '654321')).toEqual({
      code: 5,
      out: '',
      err: expect.stringMatching(/^rasshost: RASSHOST_E_WINE: /m),
    });
  } finally {
    process.env['PATH'] = path;
    if (home === undefined) delete process.env['RASSHOST_WINE_HOME'];
    else process.env['RASSHOST_WINE_HOME'] = home;
    rmSync(empty, { recursive: true });
  }
});
