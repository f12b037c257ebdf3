import { Voice, type VoiceOptions } from '../../../lib/cli/voice/voice';
import { VirtualClock } from '../../../lib/time/virtual-clock';
import { CapturedIo } from '../../support/captured-io';
import { EmulatedTerminal } from '../../support/emulated-terminal';

const BANNER = { policy: 'policy.ts', trace: undefined, keys: 'q stops' };

let clock: VirtualClock;
beforeEach(() => {
  clock = new VirtualClock();
});

/** A voice whose both streams are one terminal. */
function atTerminal(options: VoiceOptions = {}) {
  const terminal = new EmulatedTerminal(80, 24);
  const stream = terminal as unknown as NodeJS.WritableStream;
  return { terminal, voice: new Voice({ stdout: stream, stderr: stream }, { clock, ...options }) };
}

function elsewhere(options: VoiceOptions = {}) {
  const io = new CapturedIo();
  return { io, voice: new Voice(io, { clock, ...options }) };
}

test('at a terminal a step is shown while it goes on, with its seconds, and nothing is left of it', async () => {
  const { terminal, voice } = atTerminal();
  voice.progress('starting Wine');
  expect(await terminal.lines()).toEqual(['', '⠋ starting Wine']);
  clock.advance(3200);
  expect(await terminal.lines()).toEqual(['', '⠹ starting Wine 3 s']);
  voice.progress('starting the RAS server');
  expect(await terminal.lines()).toEqual(['', '⠋ starting the RAS server']);
  voice.endProgress();
  clock.advance(1000);
  expect(await terminal.lines()).toEqual([]);
});

test('elsewhere a step is told when it takes longer than a second, once', () => {
  const { io, voice } = elsewhere();
  voice.progress('loading policy.ts');
  clock.advance(900);
  voice.progress('starting Wine');
  clock.advance(5000);
  voice.endProgress();
  expect(io.err).toBe('starting Wine\n');
});

test('a banner tells people what is served and how to stop it, and a line tells programs where', async () => {
  const { terminal, voice } = atTerminal();
  voice.listening('127.0.0.1:2323', 'rasshost emulate', BANNER);
  expect(await terminal.lines()).toEqual([
    'rasshost emulate',
    '  policy  policy.ts',
    '  keys    q stops',
  ]);
  const program = elsewhere();
  program.voice.listening('127.0.0.1:2323', 'rasshost emulate', BANNER);
  expect([program.io.out, program.io.err]).toEqual(['listening 127.0.0.1:2323\n', '']);
});

test('quiet leaves the dialog, warnings, and what other programs say', async () => {
  const { terminal, voice } = atTerminal({ quiet: true });
  voice.progress('starting Wine');
  voice.banner('rasshost emulate', BANNER);
  voice.status(['no caller']);
  voice.note('the policy is new');
  voice.result('call 1: success', true);
  voice.dialog('Name: ');
  voice.warning('the policy threw');
  voice.log('event 1002');
  clock.advance(5000);
  expect(await terminal.lines()).toEqual(['the policy threw', 'event 1002', 'Name: ']);
});
