import { describeCall, EndedCalls } from '../../lib/simulator/ended-calls';
import type { TraceLine } from '../../lib/simulator/trace-line';

const BEGIN = 'RasSecurityDialogBegin';
const NOBODY = { userName: '<no answer>', domain: '<none>', dwError: 0 };

function told(...lines: readonly TraceLine[]): string[] {
  const calls = new EndedCalls();
  return lines.flatMap((line) => {
    const ended = calls.take(line);
    return ended ? [describeCall(ended)] : [];
  });
}

const call = (end: TraceLine, ...before: readonly TraceLine[]): string[] =>
  told(
    { t: 1_000_000, port: 7, call: BEGIN },
    ...before.map((line) => ({ t: 2_000_000, port: 7, ...line })),
    { t: 2_540_000, port: 7, ...end },
  );

test.each<[string, TraceLine, TraceLine[]]>([
  [
    'call 1: success CONTOSO\\alice, 1.5 s',
    { outcome: 'success', userName: 'alice', domain: 'CONTOSO', dwError: 0 },
    [],
  ],
  ['call 1: failure (the caller gave no answer), 1.5 s', { outcome: 'failure', ...NOBODY }, []],
  [
    'call 1: failure (the caller pressed Ctrl-C), 1.5 s',
    { outcome: 'failure', ...NOBODY },
    [{ dialog: 'unanswered', why: 'cancelled' }],
  ],
  [
    "call 1: failure (the caller's machine began PPP), 1.5 s",
    { outcome: 'failure', ...NOBODY },
    [
      { dialog: 'unanswered', why: 'timeout' },
      { dialog: 'asked' },
      { dialog: 'unanswered', why: 'ppp' },
    ],
  ],
  [
    'call 1: error 619 ERROR_PORT_DISCONNECTED (the caller hung up), 1.5 s',
    { outcome: 'error', userName: '', domain: '', dwError: 619 },
    [],
  ],
  ['call 1: error 645 ERROR_AUTH_INTERNAL, 1.5 s', { outcome: 'error', dwError: 645 }, []],
  ['call 1: ended (over before the policy had decided), 1.5 s', { outcome: 'ended' }, []],
])('says %j', (line, end, before) => {
  expect(call(end, ...before)).toEqual([line]);
});

test('calls are counted in the order in which they began, also where a port is used again', () => {
  const success = { outcome: 'success', userName: 'a', domain: 'B', dwError: 0 };
  expect(
    told(
      { t: 0, line: 'ring', port: 1 },
      { t: 0, port: 1, call: BEGIN },
      { t: 100_000, port: 2, call: BEGIN },
      { t: 1_000_000, port: 2, ...success },
      { t: 2_000_000, port: 1, ...success },
      { t: 2_000_000, port: 2, call: 'RasSecurityDialogEnd' },
      { t: 3_000_000, port: 2, call: BEGIN },
      { t: 4_000_000, port: 2, ...success },
      { t: 5_000_000, port: 3, outcome: 'no-dialog' },
    ),
  ).toEqual([
    'call 2: success B\\a, 0.9 s',
    'call 1: success B\\a, 2.0 s',
    'call 3: success B\\a, 1.0 s',
    'call 4: no-dialog, 0.0 s',
  ]);
});
