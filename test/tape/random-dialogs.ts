import fc from 'fast-check';
import { deny, fail, grant, type Dialog, type PolicyFunction, type Verdict } from 'rasshost';
import type { Tape, TapeText } from '../../lib/tape/tape';
import type { Reaction } from './recording';

/** Something that a policy does; `answer` is what the caller says to it. */
type Step =
  | { readonly does: 'print' | 'confirm'; readonly text: string }
  | { readonly does: 'ask' | 'askSecret'; readonly text: string; readonly answer: Answer }
  | { readonly does: 'showLastAnswer' }
  | { readonly does: 'generatePin' }
  | { readonly does: 'pause'; readonly seconds: number };

type Answer =
  | { readonly says: 'line'; readonly line: string }
  | { readonly says: 'nothing' | 'empty lines' | 'ctrl-c' | 'ppp' | 'goodbye' };

type Decision = 'grant' | 'deny' | 'fail' | 'throw' | 'grant the last answer' | 'anything else';

/** A dialog from the policy's side and from the caller's. */
export interface RandomDialog {
  readonly steps: readonly Step[];
  readonly decision: Decision;
  readonly reactions: readonly Reaction[];
}

/** What every caller types and takes back. */
export const ERASED = '#~erased~#';

const line = fc.oneof(
  fc.constantFrom('alice', 'hunter2', '123456', 'name', 'secret-1', 'ab', 'a'),
  fc.string({ minLength: 1, maxLength: 20 }),
);
const prompt = fc.oneof(
  fc.constantFrom('User name: ', 'Passcode: ', 'Hello\r\n', 'secret-1'),
  fc.string({ maxLength: 12 }),
);
const spoken: fc.Arbitrary<Answer> = fc.record({ says: fc.constant('line' as const), line });
const unspoken: fc.Arbitrary<Answer> = fc.record({
  says: fc.constantFrom('nothing', 'empty lines', 'ctrl-c', 'ppp', 'goodbye'),
});

function stepsOf(answer: fc.Arbitrary<Answer>): fc.Arbitrary<Step[]> {
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ does: fc.constantFrom('print' as const, 'confirm' as const), text: prompt }),
    fc.record({
      does: fc.constantFrom('ask' as const, 'askSecret' as const),
      text: prompt,
      answer,
    }),
    fc.record({ does: fc.constant('showLastAnswer' as const) }),
    fc.record({ does: fc.constant('generatePin' as const) }),
    fc.record({ does: fc.constant('pause' as const), seconds: fc.nat(3) }),
  );
  return fc.array(step, { maxLength: 8 });
}

/** Dialogs of a few steps, with callers who mistype, hesitate and, unless patient, give up. */
export function dialogs({ patient = false } = {}): fc.Arbitrary<RandomDialog> {
  const answer = fc.oneof(
    { weight: 8, arbitrary: spoken },
    { weight: patient ? 0 : 1, arbitrary: unspoken },
  );
  const decision = fc.constantFrom<Decision>(
    'grant',
    'deny',
    'fail',
    'throw',
    'grant the last answer',
  );
  return fc
    .record({ steps: stepsOf(answer), decision, hesitation: fc.nat(9000) })
    .map(({ steps, decision, hesitation }) => ({
      steps,
      decision,
      reactions: steps.flatMap((step) => reactionsTo(step, hesitation)),
    }));
}

/** What was typed where nobody may see it, until the caller gave up. */
export function secretsOf({ steps }: RandomDialog): string[] {
  const secrets: string[] = [];
  for (const step of steps) {
    if (!('answer' in step)) continue;
    if (step.answer.says !== 'line') break;
    if (step.does === 'askSecret') secrets.push(step.answer.line);
  }
  return secrets;
}

export function policyOf({ steps, decision }: RandomDialog): PolicyFunction {
  return async (dialog) => {
    let last = 'alice';
    for (const step of steps) last = (await take(step, dialog, last)) ?? last;
    return decide(decision, last);
  };
}

/** Every text in a tape, whatever line it is in. */
export function textsOf({ events }: Tape): string[] {
  const literal = (text: TapeText): string[] =>
    typeof text === 'string' ? [text] : text.filter((part) => typeof part === 'string');
  return events.flatMap((event) => {
    if ('text' in event) return literal(event.text);
    return 'userName' in event ? [...literal(event.userName), ...literal(event.domain)] : [];
  });
}

async function take(step: Step, dialog: Dialog, last: string): Promise<string | undefined> {
  switch (step.does) {
    case 'print':
      dialog.print(step.text);
      return undefined;
    case 'confirm':
      await dialog.confirm(step.text);
      return undefined;
    case 'ask':
      return dialog.ask(step.text);
    case 'askSecret':
      return (await dialog.askSecret(step.text)).text();
    case 'showLastAnswer':
      dialog.print(`>${last}<\r\n`);
      return undefined;
    case 'generatePin':
      return (await dialog.newPin({ origin: 'generated' })).text();
    case 'pause':
      await dialog.pause({ seconds: step.seconds });
      return undefined;
  }
}

function decide(decision: Decision, last: string): Verdict {
  switch (decision) {
    case 'grant':
      return grant({ userName: 'alice', domain: 'CONTOSO' });
    case 'deny':
      return deny({ userName: 'bob', domain: 'CONTOSO' });
    case 'fail':
      return fail(1311);
    case 'throw':
      throw new Error(`no, not ${last}`);
    case 'grant the last answer':
      return grant({ userName: last, domain: 'CONTOSO' });
    case 'anything else':
      return fail(50);
  }
}

function reactionsTo(step: Step, hesitation: number): Reaction[] {
  switch (step.does) {
    case 'confirm':
    case 'generatePin':
      return [{ types: 'maybe\r', afterMs: hesitation }, { types: 'y\r' }];
    case 'ask':
    case 'askSecret':
      return [{ ...reactionOf(step.answer), afterMs: hesitation }];
    default:
      return [];
  }
}

function reactionOf(answer: Answer): Reaction {
  switch (answer.says) {
    case 'line':
      return { types: `\r${ERASED}\x15${answer.line}\r` };
    case 'empty lines':
      return { types: '\r'.repeat(10) };
    case 'ctrl-c':
      return { types: 'no\x03' };
    case 'ppp':
      return { types: '~\xff}#\xc0!' };
    case 'goodbye':
      return { hangsUp: true };
    case 'nothing':
      return {};
  }
}
