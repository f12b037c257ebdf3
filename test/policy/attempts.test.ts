import fc from 'fast-check';
import { attempts, deny, grant, type Dialog } from 'rasshost';
import { dial } from 'rasshost/testing';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };
const NO_DIALOG = undefined as unknown as Dialog;

const threePasscodes = attempts(
  3,
  async (dialog) => {
    const passcode = await dialog.askSecret('Passcode: ');
    return passcode.equals('123456') ? grant(ALICE) : undefined;
  },
  (dialog) => {
    dialog.print('Access denied.\r\n');
    return deny(ALICE);
  },
);

describe('attempts', () => {
  test('asks again until the answer is right', async () => {
    const caller = dial(threePasscodes);
    for (const passcode of ['1', '2', '123456']) {
      await caller.sees('Passcode: ');
      caller.types(`${passcode}\r`);
    }
    expect(await caller.outcome()).toMatchObject({ outcome: 'success' });
  });

  test('gives up after so many, equal wrong answers counted each (SD-11)', async () => {
    const caller = dial(threePasscodes);
    caller.types('wrong\rwrong\rwrong\r123456\r');
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure', ...ALICE });
    expect(caller.output).toBe('Passcode: \r\n'.repeat(3) + 'Access denied.\r\n');
  });

  test('does not try again when the caller does not answer (SD-11)', async () => {
    const caller = dial(threePasscodes);
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure', userName: '<no answer>' });
    expect(caller.output).toBe('Passcode: ');
  });

  test.each([0, -1, 1.5, NaN, Infinity, '3'])('refuses the count %p when it is made', (count) => {
    expect(() =>
      attempts(
        count as number,
        () => undefined,
        () => deny(ALICE),
      ),
    ).toThrow(
      expect.objectContaining({
        code: 'RASSHOST_E_OPTION',
        message: expect.stringMatching(
          /^\S+ the count of attempts is .*, not a whole number from 1 on$/,
        ),
      }),
    );
  });

  test('decides as a loop would', async () => {
    const answers = fc.array(fc.option(fc.nat(), { nil: undefined }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), answers, async (count, made) => {
        let runs = 0;
        const run = attempts(
          count,
          () => made[runs++],
          () => -1,
        );
        const value = await run(NO_DIALOG, undefined);
        const decided = made.slice(0, count).findIndex((answer) => answer !== undefined);
        expect(value).toBe(decided < 0 ? -1 : made[decided]);
        expect(runs).toBe(decided < 0 ? count : decided + 1);
      }),
    );
  });
});
