// The command line as a process of its own, as far as no command is concerned.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { failureLine } from '../../lib/cli/failure';
import { main } from '../../lib/cli/main';
import { RasshostError } from '../../lib/errors';
import { CapturedIo } from '../support/captured-io';
import { Caller } from '../support/caller';
import { until } from '../support/until';

const ROOT = resolve(__dirname, '../..');
const POLICY = resolve(ROOT, 'examples/passcode.ts');

test('when nobody reads the output any more, the command ends in order, and says nothing', async () => {
  const args = [resolve(ROOT, 'dist/cli/main.js'), 'simulate', POLICY, '--tcp', '0', '--json'];
  const child = spawn(process.execPath, [...args, '--load-seconds', '600'], { stdio: 'pipe' });
  const exited = once(child, 'exit');
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  await until('the first line', () => out.includes('\n'));
  // As `head -1` does.
  child.stdout.destroy();
  const { listening } = JSON.parse(out) as { listening: string };
  const caller = new Caller(connect(Number(listening.split(':')[1]), '127.0.0.1'));
  await caller.closed();
  expect([await exited, err]).toEqual([[141, null], '']);
});

describe('why a command line is not understood is said in one style:', () => {
  test.each([
    ['an unknown command', ['emulat'], "unknown command 'emulat'"],
    ['an unknown option', ['check', POLICY, '--jsno'], "unknown option '--jsno'"],
    ['a missing argument', ['check'], "missing required argument 'policy'"],
    ['a missing option', ['replay', 'a.tape'], "required option '--policy <file>' not specified"],
    ['too many arguments', ['check', 'a', 'b'], "too many arguments for 'check'"],
    [
      'a number that is none',
      ['check', 'a', '--load-seconds', 'ten'],
      'whole number from 1 to 600',
    ],
    ['a word that there is not', ['init', 'a', '--template', 'x'], 'Allowed choices are'],
    ['options that exclude each other', ['init', 'a', '--dll', '--template', 'groups'], 'exclude'],
    [
      'an option that lacks another',
      ['emulate', '--dll', 'x', '--log', 'y'],
      '--log needs a POLICY',
    ],
  ])('%s', async (_what, args, problem) => {
    const io = new CapturedIo();
    const code = await main(args, io, new AbortController().signal);
    expect([code, io.out]).toEqual([2, '']);
    expect(io.err).toMatch(/^rasshost: RASSHOST_E_OPTION: [^\n]+\n(\(Did you mean [^\n]+\)\n)?$/);
    expect(io.err).toContain(problem);
  });
});

describe('why a command has failed is said', () => {
  test("by the message of our errors and the system's alone", () => {
    const ours = new RasshostError('RASSHOST_E_WINE', 'no Wine', { cause: new Error('why') });
    expect(failureLine(ours)).toBe('rasshost: RASSHOST_E_WINE: no Wine\n');
    const systems = Object.assign(new Error("EACCES: permission denied, mkdir '/x'"), {
      ...{ code: 'EACCES', syscall: 'mkdir' },
    });
    expect(failureLine(systems)).toBe("rasshost: EACCES: permission denied, mkdir '/x'\n");
  });

  test('with its stack and its cause when it is a defect', () => {
    const line = failureLine(new TypeError('x is not a function', { cause: new Error('y') }));
    expect(line).toMatch(
      /^rasshost: TypeError: x is not a function\n {4}at .*shell\.test\.ts[^]*\[cause\]: Error: y/,
    );
  });
});
