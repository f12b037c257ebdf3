import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { RasshostError } from '../../lib/errors';
import { LCP_CONFIGURE_REQUEST } from '../../lib/dialog/ppp-frames';
import { parseScript } from '../../lib/simulator/scp/parse-script';
import { VirtualClock } from '../../lib/time/virtual-clock';
import { FakeLine } from './fake-line';

const credentials = { userName: 'alice', password: 'a^Mb' };

/** A script on a line whose server says nothing by itself. */
function start(file: string, source: string) {
  const line = new FakeLine();
  const clock = new VirtualClock();
  const notes: string[] = [];
  const note = (text: string) => notes.push(text);
  const done = parseScript(file, source).run({ line, credentials, clock, note });
  return {
    line,
    notes,
    done,
    async comes(text: string) {
      line.comes(text);
      await settled();
    },
    async passes(seconds: number) {
      clock.advance(seconds * 1000);
      await settled();
    },
  };
}

/** A few turns, for what a promise wakes. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await turn();
}

const main = (...lines: readonly string[]) => ['proc main', ...lines, 'endproc'].join('\n');

async function typedBy(...lines: readonly string[]): Promise<string> {
  const { line } = start('x.scp', main(...lines, 'halt'));
  await settled();
  return line.typed;
}

describe('a .scp script (EM-27)', () => {
  test('logs in, and then begins PPP as Windows does', async () => {
    const script = start(
      'login.scp',
      `; Somebody's provider
       proc main
         integer seconds = 5
         boolean twice = FALSE
         waitfor "user NAME: " until seconds * 2
         if $FAILURE then goto gone endif
         transmit $USERID + "^M"
         waitfor "denied" then gone, "Passcode: ", matchcase then secret until 10
       gone:
         halt
       secret:
         transmit $PASSWORD, raw
         transmit "<cr>"
       endproc`,
    );
    await script.comes('Contoso\r\nUser name: ');
    expect(script.line.typed).toBe('alice\r');
    await script.comes('passcode: ');
    expect(script.line.typed).toBe('alice\r');
    await script.comes('Passcode: ');
    expect(script.line.typed).toBe(`alice\ra^Mb\r${LCP_CONFIGURE_REQUEST}`);
  });

  test.each([
    [
      'keeps counting',
      ['integer n = 3', 'while n > 0 do', 'transmit "x"', 'n = n - 1', 'endwhile'],
      'xxx',
    ],
    [
      'chooses',
      ['if 2 * 3 + 1 == 7 and !FALSE then', 'transmit "y"', 'else transmit "n"', 'endif'],
      'y',
    ],
    [
      'chooses otherwise',
      ['if 7 / 2 != 3 or -1 > 0 then transmit "y" else transmit "n" endif'],
      'n',
    ],
    ['jumps', ['goto over', 'transmit "x"', 'over:', 'transmit "o"'], 'o'],
    ['joins texts', ['string s = "a" + "b"', 's = s + "<lf>"', 'transmit s'], 'ab\n'],
    ['escapes', [String.raw`transmit "\"\^M^[\\<CR>\^"`], '"^M\x1b\\\r^'],
  ])('%s', async (_what, lines, typed) => {
    expect(await typedBy(...lines)).toBe(typed);
  });

  test('gives up a waitfor after its time, and says so in $SUCCESS', async () => {
    const script = start(
      'x.scp',
      main(
        'waitfor "x" until 3',
        'if $SUCCESS then halt endif',
        'delay 2',
        'transmit "late"',
        'halt',
      ),
    );
    await script.passes(3);
    expect(script.line.typed).toBe('');
    await script.passes(2);
    expect(script.line.typed).toBe('late');
  });

  test('notes what means nothing to a RAS server, and goes on', async () => {
    const script = start(
      'x.scp',
      main('set screen keyboard on', 'set ipaddr getip', 'transmit "x"'),
    );
    await settled();
    expect(script.notes).toEqual([
      expect.stringContaining('x.scp:2:1: set screen'),
      expect.stringContaining('x.scp:3:1: set ipaddr'),
    ]);
    expect(script.line.typed).toMatch(/^x/);
  });

  test('that loops for ever lets others have a turn, and ends with the line', async () => {
    const script = start('x.scp', main('again:', 'goto again'));
    await settled();
    script.line.close();
    await script.done;
  });

  test.each([
    [main('waitfor 5'), '2:9: expected a string, not an integer'],
    [main('transmit "abc'), '2:10: expected a closing quote on the same line'],
    [main('goto nowhere'), '2:6: expected a label of this procedure'],
    [main('delay 1 + "x"'), '2:11: expected an integer beside +, not a string'],
    [main('x = 1'), '2:1: expected a variable that has been declared'],
    [main('if TRUE then'), '3:1: expected a command or else or endif, not endproc'],
    [main('transmit $NAME'), '2:10: expected $USERID, $PASSWORD, $SUCCESS, $FAILURE, not $NAME'],
    ['proc other\nendproc', '2:8: expected proc main'],
    ['waitfor "x"', '1:1: expected proc, not waitfor'],
    [main(`delay ${'('.repeat(1000)}`), '2:56: expected less nesting'],
  ])('%j is refused with the place and what was expected there', (source, problem) => {
    expect(() => parseScript('a.scp', source)).toThrow(`RASSHOST_E_SCRIPT: a.scp:${problem}`);
  });

  test('that divides by zero or joins too much text ends with an error at its place', async () => {
    await expect(start('x.scp', main('delay 1 / 0')).done).rejects.toThrow('x.scp:2:11: ');
    const endless = main('string s = "x"', 'while TRUE do', 's = s + s', 'endwhile');
    await expect(start('x.scp', endless).done).rejects.toThrow('x.scp:4:9: expected a text of at');
  });
});

describe('a script of ours', () => {
  const LOGIN = String.raw`
    # A caller who knows the passcode.
    expect "name: "   # the user's
    send "al\x69ce\r"
    wait 1.5 seconds
    send $PASSWORD
    expect-outcome failure
    hangup`;

  test('expects, sends, waits and hangs up', async () => {
    const script = start('login.txt', LOGIN);
    await script.comes('User name: ');
    expect(script.line.typed).toBe('alice\r');
    await script.passes(1.5);
    expect(script.line.typed).toBe('alice\ra^Mb');
    await script.done;
    expect(script.line.hungUp).toBe(true);
    expect(parseScript('login.txt', LOGIN).expectedOutcome).toBe('failure');
  });

  test('that does not see what it expects ends with an error that shows what it saw', async () => {
    const script = start('x.txt', 'expect "a: "\nexpect "b: "');
    const failed = expect(script.done).rejects.toThrow(
      'RASSHOST_E_SCRIPT: x.txt:2:1: expected "b: " in 30 s, but saw "c: \\r\\n"',
    );
    await script.comes('a: c: \r\n');
    await script.passes(30);
    await failed;
  });

  test.each([
    ['expect', '1:7: expected a text in double quotes'],
    ['send "a', '1:6: expected a text in double quotes'],
    ['send "\\q"', '1:6: expected an escape such as \\r or \\x0d, not \\q'],
    ['wait 3', '1:6: expected a time such as 2 seconds, at most 2000000'],
    ['hangup now', '1:8: expected the end of the line'],
    ['\n  expect-outcome maybe', '2:18: expected success, failure, error, ended'],
    ['dial', '1:1: expected expect, send, wait, hangup or expect-outcome'],
  ])('%j is refused with the place and what was expected there', (source, problem) => {
    expect(() => parseScript('a.txt', source)).toThrow(`RASSHOST_E_SCRIPT: a.txt:${problem}`);
  });
});

/** Texts near to a script: words of the languages in any order, and anything at all. */
const scripts = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...'proc main endproc integer x = 1 ( ) + - ! "a" $USERID $SUCCESS waitfor then until'.split(
          ' ',
        ),
        ...'transmit , raw delay goto l : if else endif while do endwhile set port getip'.split(
          ' ',
        ),
        ...'expect send wait seconds hangup expect-outcome success # ; \n "\\x0d" "'.split(' '),
      ),
      fc.string({ unit: 'binary' }),
    ),
  )
  .map((words) => words.join(' '));

test.each(['a.scp', 'a.txt'])('whatever a script %s says, the worst is a clean error', (file) => {
  fc.assert(
    fc.property(scripts, fc.boolean(), (text, inMain) => {
      try {
        parseScript(file, inMain ? main(text) : text);
      } catch (error) {
        expect(error).toBeInstanceOf(RasshostError);
        expect(String(error)).toMatch(
          /^RasshostError: RASSHOST_E_SCRIPT: a\.\w+:\d+:\d+: expected /,
        );
      }
    }),
    { numRuns: 500 },
  );
});
