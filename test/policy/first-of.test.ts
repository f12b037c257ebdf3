import fc from 'fast-check';
import { deny, fail, firstOf, grant, type Dialog, type Step } from 'rasshost';
import { dial } from 'rasshost/testing';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };
const NO_DIALOG = undefined as unknown as Dialog;

describe('firstOf', () => {
  test('takes the first step that decides, be it against the caller (SD-11)', async () => {
    const caller = dial(
      firstOf(
        () => undefined,
        () => deny(ALICE),
        () => grant(ALICE),
      ),
    );
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure', ...ALICE });
  });

  test('does not take what a step throws for undecided (SD-11)', async () => {
    const caller = dial(
      firstOf(
        async () => {
          throw Object.assign(new Error('directory'), { code: 'ETIMEDOUT' });
        },
        () => grant(ALICE),
      ),
    );
    expect(await caller.outcome()).toMatchObject({ outcome: 'error', dwError: 638 });
  });

  test('refuses what is no step when it is made', () => {
    const verdict = fail(5) as unknown as Step<unknown, number>;
    expect(() => firstOf(() => undefined, verdict)).toThrow(
      expect.objectContaining({ code: 'RASSHOST_E_OPTION' }),
    );
  });

  test('decides as the first that decides in a list, and asks none after it', async () => {
    const answer = fc.oneof(fc.constant(undefined), fc.constant(null), fc.constant(0), fc.nat());
    const few = fc.array(answer, { minLength: 4, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(few, async (answers) => {
        const asked: number[] = [];
        const step = (index: number) => () => {
          asked.push(index);
          return answers[index];
        };
        const last = () => 'last';
        const flat = firstOf(step(0), step(1), step(2), step(3), last);
        const nested = firstOf(step(0), firstOf(step(1), step(2), firstOf(step(3), last)));

        const at = answers.findIndex((made) => made !== undefined);
        const expected = at < 0 ? 'last' : answers[at];
        const reached = at < 0 ? [0, 1, 2, 3] : [0, 1, 2, 3].slice(0, at + 1);
        for (const run of [flat, nested]) {
          asked.length = 0;
          expect(await run(NO_DIALOG, undefined)).toBe(expected);
          expect(asked).toEqual(reached);
        }
      }),
    );
  });
});
