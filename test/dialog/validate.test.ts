import { TooManyTries, type Dialog, type Secret } from 'rasshost';
import { asked } from '../support/asked';

const lowerCase = (name: string) => (/^[a-z]+$/.test(name) ? undefined : 'Small letters only.');

describe('validate', () => {
  test('of ask says what to do better, and the question is asked again', async () => {
    const caller = asked((dialog) => dialog.ask('Name: ', { validate: lowerCase }));
    caller.types('Alice\ralice\r');
    await caller.sees('["alice"]');
    expect(caller.output).toBe('Name: Alice\r\nSmall letters only.\r\nName: alice\r\n["alice"]');
  });

  test('of askSecret gets the secret, may take its time, and what it refuses is wiped', async () => {
    const refused: Secret[] = [];
    const caller = asked((dialog) =>
      dialog.askSecret('Passcode: ', {
        validate: async (passcode) => {
          await dialog.pause({ seconds: 2 });
          if (passcode.length >= 6) return undefined;
          refused.push(passcode);
          return 'At least 6 characters.\r\n';
        },
      }),
    );
    caller.types('123\r123456\r');
    await caller.sees('["[secret]"]');
    expect(caller.output).toContain('Passcode: \r\nAt least 6 characters.\r\nPasscode: \r\n');
    expect(() => refused[0]?.text()).toThrow('has been wiped');
  });

  test('of newPin refuses before the PIN is asked for again', async () => {
    const caller = asked((dialog) =>
      dialog.newPin({
        validate: (pin) => (pin.equals('1234') ? 'Too easy to guess.' : undefined),
      }),
    );
    caller.types('1234\r2580\r2580\r');
    await caller.sees('["[secret]"]');
    expect(caller.output).toContain(
      'New PIN: ****\r\nToo easy to guess.\r\nNew PIN: ****\r\nNew PIN again: ****\r\n',
    );
  });

  test.each<[string, (dialog: Dialog) => Promise<unknown>, string]>([
    ['ask', (dialog) => dialog.ask('? ', { tries: 3, validate: () => 'No.' }), 'a\r\rb\r'],
    [
      'askSecret',
      (dialog) => dialog.askSecret('? ', { tries: 3, validate: () => 'No.' }),
      'a\rb\r\r',
    ],
    ['newPin', (dialog) => dialog.newPin({ validate: () => 'No.' }), '1111\r2222\r33\r'],
  ])('of %s counts as a try, like every other answer that will not do', async (_, ask, typed) => {
    const caller = asked(ask);
    caller.types(typed);
    expect(await caller.outcome()).toMatchObject({ outcome: 'failure' });
    expect(caller.reports[0]?.cause).toBeInstanceOf(TooManyTries);
    expect(caller.output.match(/No\./g)).toHaveLength(2);
  });

  test.each([
    [true, 'boolean'],
    [false, 'boolean'],
    [null, 'null'],
    ['', 'an empty text'],
  ])('that returns %p is an error, and accepts nothing', async (result, what) => {
    const caller = asked((dialog) => dialog.ask('? ', { validate: () => result as never }));
    caller.types('a\r');
    const { outcome, thrown } = await caller.outcome();
    expect(outcome).toBe('error');
    expect(thrown).toMatchObject({
      code: 'RASSHOST_E_OPTION',
      message: expect.stringContaining(`validate returned ${what}, not undefined`),
    });
  });

  test('that throws ends the question', async () => {
    const validate = () => {
      throw Object.assign(new Error('no directory'), { code: 'ECONNREFUSED' });
    };
    const caller = asked((dialog) => dialog.ask('? ', { validate }));
    caller.types('a\r');
    expect(await caller.outcome()).toMatchObject({ outcome: 'error', dwError: 1311 });
  });
});
