import fc from 'fast-check';
import { Screen } from '../../../lib/cli/voice/screen';
import { EmulatedTerminal } from '../../support/emulated-terminal';

const STATUS = 'status: waiting';

async function shown(columns: number, rows: number, use: (screen: Screen) => void) {
  const terminal = new EmulatedTerminal(columns, rows);
  use(new Screen(terminal));
  return terminal.lines();
}

/** What happens to a screen: a piece of the dialog, a message, another status or size, a pause. */
const step = fc.oneof(
  fc.record({ dialog: fc.constantFrom('a', 'word ', '\r\n', '\b \b', '\r', '~', 'x'.repeat(9)) }),
  fc.record({ message: fc.constantFrom('one', 'two of them', 'a\nb') }),
  fc.record({ below: fc.constantFrom([], [STATUS], ['log 1', 'log 2', STATUS]) }),
  fc.constant({ turn: 'over' }),
  fc.record({ columns: fc.integer({ min: 50, max: 90 }), rows: fc.integer({ min: 5, max: 40 }) }),
);

/** What a terminal shows of a dialog alone. Lines that come to nothing count for nothing. */
async function alone(dialog: string): Promise<string[]> {
  const terminal = new EmulatedTerminal(90, 40);
  terminal.write(dialog);
  return (await terminal.lines()).filter((line) => line !== '');
}

async function beforeCursor(line: string): Promise<string> {
  const terminal = new EmulatedTerminal(90, 40);
  terminal.write(line);
  return terminal.beforeCursor();
}

test('the dialog, messages and status stand on lines of their own, whatever the order and the size', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const terminal = new EmulatedTerminal(80, 24);
      const screen = new Screen(terminal);
      let [dialog, length] = ['', 0];
      const messages: string[] = [];
      for (const what of steps) {
        if ('dialog' in what) {
          const text = length > 40 ? '\r\n' : what.dialog;
          length = text === '\r\n' ? 0 : length + text.length;
          dialog += text;
          screen.write(text);
        } else if ('message' in what) {
          messages.push(...what.message.split('\n').map((line) => `message ${line}`));
          screen.message(what.message.replace(/^/gm, 'message '));
        } else if ('below' in what) {
          screen.below(what.below);
        } else if ('turn' in what) {
          await terminal.lines();
        } else {
          await terminal.resize(what.columns, what.rows);
        }
      }
      const typed = dialog.slice(dialog.lastIndexOf('\n') + 1);
      expect(await terminal.beforeCursor()).toBe(await beforeCursor(typed));
      screen.close();
      const lines = (await terminal.lines()).filter((line) => line !== '');
      const isMessage = (line: string): boolean => line.startsWith('message ');
      expect(lines.filter(isMessage)).toEqual(messages);
      expect(lines.filter((line) => !isMessage(line))).toEqual(await alone(dialog));
    }),
    { numRuns: 300 },
  );
});

test('a line longer than the terminal is wide stays whole when a message comes', async () => {
  for (const length of [19, 20, 21, 39, 40, 41]) {
    const typed = 'x'.repeat(length);
    const lines = await shown(20, 24, (screen) => {
      screen.below([STATUS]);
      screen.write('Contoso\r\n');
      for (const key of typed) screen.write(key);
      screen.message('the policy is new');
      screen.write('y');
    });
    // Where the line fills its row, the emulation does not know any more that the next one is its own.
    const [first, message, ...rest] = lines;
    expect([first, message]).toEqual(['Contoso', 'the policy is new']);
    expect(rest.map((line) => line.trimEnd()).join('')).toBe(`${typed}y${STATUS}`);
  }
});

test('a line that fills its row is followed by the next one, without an empty one between', async () => {
  const lines = await shown(20, 24, (screen) => {
    screen.write('x'.repeat(20));
    screen.write('\r\nName: ');
  });
  expect(lines).toEqual(['x'.repeat(20), 'Name: ']);
});

test('a dialog that moves the cursor about has the terminal for itself, until it is over', async () => {
  const lines = await shown(80, 24, (screen) => {
    screen.below([STATUS]);
    screen.write('\x1b[2J\x1b[Hmenu\r\n\x1b[5;1Hchoice: ');
    screen.message('the policy is new');
    screen.write('1');
    screen.endDialog();
  });
  expect(lines).toEqual(['menu', '', '', '', 'choice: 1', 'the policy is new', '', STATUS]);
});

test('colours move nothing, so that a message comes at once', async () => {
  const lines = await shown(80, 24, (screen) => {
    screen.write('\x1b[1mName:\x1b[0m al');
    screen.message('the policy is new');
    screen.write('ice');
  });
  expect(lines).toEqual(['the policy is new', 'Name: alice']);
});

test('a low terminal is left to the dialog', async () => {
  const use = (screen: Screen): void => {
    screen.below(['log', STATUS]);
    screen.write('Name: ');
  };
  expect(await shown(80, 12, use)).toEqual(['Name: ', 'log', STATUS]);
  expect(await shown(80, 11, use)).toEqual(['Name: ', STATUS]);
  expect(await shown(80, 10, use)).toEqual(['Name: ']);
});

test('a line at the bottom is shown as far as there is room, at once when the size changes', async () => {
  const terminal = new EmulatedTerminal(50, 24);
  const screen = new Screen(terminal);
  screen.below(['x'.repeat(100)]);
  screen.write('Name: ');
  expect(await terminal.lines()).toEqual(['Name: ', 'x'.repeat(50)]);
  await terminal.resize(80, 24);
  expect(await terminal.lines()).toEqual(['Name: ', 'x'.repeat(80)]);
});

test.each([
  [50, 120],
  [120, 60],
])('a change from %i to %i columns that is told late disturbs nothing', async (from, to) => {
  const terminal = new EmulatedTerminal(from, 24);
  const screen = new Screen(terminal);
  screen.below([STATUS]);
  screen.write('Contoso\r\n');
  const [before, after] = ['x'.repeat(45), 'y'.repeat(25)];
  screen.write(before);
  await terminal.resizeSilently(to, 24);
  for (const key of after) {
    screen.write(key);
    await terminal.lines();
  }
  terminal.tellSize();
  const [first, ...rest] = await terminal.lines();
  expect([first, rest.join('')]).toEqual(['Contoso', before + after + STATUS]);
});

test('a status does not go on in the next row when the terminal is narrower than known', async () => {
  const terminal = new EmulatedTerminal(80, 24);
  const screen = new Screen(terminal);
  await terminal.resizeSilently(50, 24);
  screen.below(['x'.repeat(70)]);
  screen.write('Name: al');
  await terminal.lines();
  screen.write('ice');
  expect(await terminal.lines()).toEqual(['Name: alice', 'x'.repeat(50)]);
});
