import * as fc from 'fast-check';
import { TEXTS, type Dialog } from 'rasshost';
import type { Caller, DialOptions } from 'rasshost/testing';

/** What the properties are of: ours, or a copy of it with a mistake. */
export interface Library
  extends
    Pick<typeof import('rasshost'), 'definePolicy'>,
    Pick<typeof import('rasshost/testing'), 'dial'>,
    Pick<typeof import('../../lib/dialog/code-page'), 'CodePage'>,
    Pick<typeof import('../../lib/dialog/line-editor'), 'LineEditor'> {}

/** What the caller sees of a line that is asked for: the line, nothing, or masks. */
type Echo = 'typed' | 'none' | '*';

/** What a policy asks: line after line, each with the next echo, as long as there are answers. */
interface Questions {
  readonly echoes: readonly Echo[];
  readonly allowEmpty: boolean;
}

/** What a caller types at once, and the time until the next keys. */
interface Burst {
  readonly keys: readonly number[];
  readonly seconds: number;
}

const PROMPT = '? ';
const MAX_LENGTH = 6;
const TOO_LONG = TEXTS.en.tooLong.replace('{max}', String(MAX_LENGTH));
const LONG = { dialogSeconds: 10_000, timeoutSeconds: 1000, tries: 1000 };

const anyServer: fc.Arbitrary<DialOptions> = fc.record({
  sendBufferSize: fc.integer({ min: 1, max: 9 }),
  receiveBufferSize: fc.integer({ min: 1, max: 3 }),
  receive: fc.constantFrom('exact' as const, 'available' as const),
  lossySend: fc.boolean(),
  spuriousEvents: fc.integer({ min: 0, max: 3 }),
});

const control = fc.constantFrom(0x00, 0x08, 0x0a, 0x0d, 0x0d, 0x15, 0x7f);
const printable = fc.integer({ min: 0x20, max: 0x7e });
const anyByte = fc.integer({ min: 0, max: 0xff });
/** Ctrl-C and the beginnings of PPP frames, which end the questions. */
const ending = fc.constantFrom([0x03], [0x7e, 0xff, 0x7d, 0x23], [0x7e, 0xff, 0x03]);

function bursts(keys: fc.Arbitrary<number[]>): fc.Arbitrary<Burst[]> {
  const seconds = fc.constantFrom(0, 0.4, 3);
  return fc.array(fc.record({ keys, seconds }), { minLength: 1, maxLength: 6 });
}

function questions(...echoes: readonly Echo[]): fc.Arbitrary<Questions> {
  const some = fc.array(fc.constantFrom(...echoes), { minLength: 1, maxLength: 3 });
  return fc.record({ echoes: some, allowEmpty: fc.boolean() });
}

const typing = bursts(fc.array(fc.oneof(printable, control), { maxLength: 12 }));

/** The same bytes come to the same, split anywhere, and no Send is longer than its buffer. */
export async function splitAnywhere(library: Library): Promise<void> {
  const burst = fc
    .array(fc.oneof(control, printable, anyByte), { maxLength: 12 })
    .chain((keys) =>
      fc.oneof(
        { weight: 9, arbitrary: fc.constant(keys) },
        { weight: 1, arbitrary: ending.map((end) => [...keys, ...end]) },
      ),
    );
  const asked = questions('typed', 'none', '*');
  await fc.assert(
    fc.asyncProperty(asked, bursts(burst), anyServer, async (asks, typed, server) => {
      const { caller, lines } = await answer(library, asks, typed, server);
      const keys = typed.flatMap((burstOfKeys) => burstOfKeys.keys);
      expect({ lines, output: caller.output }).toEqual(edit(library, asks, keys));
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(MAX_LENGTH);
      expect(caller.violations).toEqual([]);
      const sends = caller.trace.filter(({ call }) => call === 'RasSecurityDialogSend');
      const longest = Math.max(...sends.map(({ length = 0 }) => length));
      expect(longest).toBeLessThanOrEqual(server.sendBufferSize ?? 0);
    }),
  );
}

/** The caller sees the same, whatever the characters of a secret are. */
export async function secretUnseen(library: Library): Promise<void> {
  const shifts = fc.array(fc.nat(94), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(
      questions('none', '*'),
      typing,
      shifts,
      anyServer,
      async (asks, typed, by, server) => {
        const others = typed.map(({ keys, seconds }) => ({
          keys: keys.map((key, index) => otherCharacter(key, at(by, index))),
          seconds,
        }));
        const { caller } = await answer(library, asks, typed, server);
        const { caller: other } = await answer(library, asks, others, server);
        expect(other.output).toBe(caller.output);
      },
    ),
  );
}

/** As many masks stay on the screen as a secret has characters. */
export async function masksCounted(library: Library): Promise<void> {
  await fc.assert(
    fc.asyncProperty(questions('*'), typing, anyServer, async (asks, typed, server) => {
      const { caller, lines } = await answer(library, asks, typed, server);
      const screen = caller.screen.replaceAll(`${PROMPT}******\n${TOO_LONG.trim()}\n`, '');
      const masks = screen.split('\n').map((line) => line.replaceAll(/[^*]/g, '').length);
      const answered = asks.allowEmpty ? masks : masks.filter((count) => count > 0);
      expect(answered.slice(0, lines.length)).toEqual(lines.map(({ length }) => length));
    }),
  );
}

/** A caller who floods has 4096 bytes kept, in order. */
export async function floodBounded(library: Library): Promise<void> {
  const sends = fc.integer({ min: 4050, max: 4150 });
  const { dialogSeconds } = LONG;
  const server = { sendBufferSize: 1, receive: 'available', dialogSeconds } as const;
  const flood = Array.from({ length: 5000 }, (_, index) => 1 + (index % 255));
  await fc.assert(
    fc.asyncProperty(sends, async (count) => {
      const received: number[] = [];
      const caller = library.dial(async (dialog) => {
        dialog.print('.'.repeat(count));
        // Each Send but the last has had a Receive by then, and a byte with it.
        for (;;) received.push(...(await dialog.receive({ length: 1500, timeoutSeconds: 1 })));
      }, server);
      caller.types(Uint8Array.from(flood));
      await caller.outcome();
      const early = count - 1;
      expect(received).toEqual([...flood.slice(0, Math.min(early, 4096)), ...flood.slice(early)]);
    }),
    { numRuns: 5 },
  );
}

/** Types all bursts, and is silent until the call is over. */
async function answer(
  { definePolicy, dial }: Library,
  { echoes, allowEmpty }: Questions,
  typed: readonly Burst[],
  server: DialOptions,
): Promise<{ caller: Caller; lines: string[] }> {
  const { dialogSeconds, ...limits } = LONG;
  const lines: string[] = [];
  const policy = definePolicy(async (dialog) => {
    for (;;) lines.push(await readLine(dialog, at(echoes, lines.length)));
  });
  const options = { ...limits, maxLength: MAX_LENGTH, allowEmpty };
  async function readLine(dialog: Dialog, echo: Echo): Promise<string> {
    if (echo === 'typed') return dialog.ask(PROMPT, options);
    const mask = echo === 'none' ? {} : { mask: echo };
    const secret = await dialog.askSecret(PROMPT, { ...options, ...mask });
    return secret.text();
  }

  const caller = dial(policy, { ...server, dialogSeconds });
  for (const { keys, seconds } of typed) {
    caller.types(Uint8Array.from(keys));
    await caller.waits({ seconds });
  }
  await caller.outcome();
  return { caller, lines };
}

/** What comes of the same keys when they go to a line editor, one after the other. */
function edit(
  { CodePage, LineEditor }: Library,
  { echoes, allowEmpty }: Questions,
  keys: readonly number[],
) {
  const editor = new LineEditor(new CodePage('ascii'));
  const lines: string[] = [];
  let output = '';
  const ask = (): void => {
    const echo = at(echoes, lines.length);
    editor.start({
      maxLength: MAX_LENGTH,
      echo: echo === '*' ? { mask: echo.charCodeAt(0) } : echo,
    });
    output += PROMPT;
  };
  ask();
  for (const key of keys) {
    const { echo, event } = editor.feed(key);
    output += Buffer.from(echo).toString('latin1');
    if (!event) continue;
    if (event.kind === 'too-long') output += TOO_LONG;
    else if (event.kind !== 'line') break;
    else if (allowEmpty || event.line.length > 0) lines.push(event.line.toString('latin1'));
    ask();
  }
  return { lines, output };
}

function at<T>(cycle: readonly T[], index: number): T {
  return cycle[index % cycle.length] as T;
}

/** Another printable character for one; other keys stay what they are. */
function otherCharacter(key: number, shift: number): number {
  return key < 0x20 || key > 0x7e ? key : 0x20 + ((key - 0x20 + shift) % 95);
}
