import type { Dialog } from 'rasshost';
import { asked } from '../support/asked';

const MENU = [{ text: 'Phone', value: 1 }];

/** Each method that takes options, called with any. */
const METHODS: Readonly<Record<string, (dialog: Dialog, options: never) => unknown>> = {
  ask: (dialog, options) => dialog.ask('? ', options),
  askSecret: (dialog, options) => dialog.askSecret('? ', options),
  choose: (dialog, options) => dialog.choose('Menu', MENU, options),
  confirm: (dialog, options) => dialog.confirm('? ', options),
  newPin: (dialog, options) => dialog.newPin(options),
  pause: (dialog, options) => dialog.pause(options),
  receive: (dialog, options) => dialog.receive(options),
  useTexts: (dialog, options) => dialog.useTexts(options),
};

async function thrownBy(name: string, options: object): Promise<unknown> {
  const caller = asked(async (dialog) => METHODS[name]?.(dialog, options as never));
  return (await caller.outcome()).thrown;
}

test.each(Object.keys(METHODS))('%s refuses an option that it does not have', async (name) => {
  expect(await thrownBy(name, { colour: 'red' })).toMatchObject({
    code: 'RASSHOST_E_OPTION',
    message: expect.stringContaining(`${name} has no option colour; it has `),
  });
});

test.each<[string, object, string]>([
  ['ask', { timeout: 30 }, 'ask has no option timeout (did you mean timeoutSeconds?)'],
  ['ask', { timeoutSeconds: 0.5 }, 'timeoutSeconds of ask is 0.5, not a whole number from 1 to'],
  ['ask', { allowEmpty: 'yes' }, "allowEmpty of ask is 'yes', not true or false"],
  ['askSecret', { mask: '' }, "mask of askSecret is '', not one printable character"],
  ['askSecret', { mask: '\x07' }, 'not one printable character of the code page'],
  ['askSecret', { validate: /x/ }, 'validate of askSecret is /x/, not a function'],
  ['choose', { tries: 0 }, 'tries of choose is 0, not a whole number from 1 on'],
  ['choose', { tries: NaN }, 'tries of choose is NaN, not a whole number from 1 on'],
  ['confirm', { tries: 0 }, 'tries of confirm is 0, not a whole number from 1 on'],
  ['confirm', { tries: NaN }, 'tries of confirm is NaN, not a whole number from 1 on'],
  ['newPin', { tries: 0 }, 'tries of newPin is 0, not a whole number from 1 on'],
  ['newPin', { tries: NaN }, 'tries of newPin is NaN, not a whole number from 1 on'],
  ['newPin', { minLength: 0 }, 'minLength of newPin is 0, not a whole number from 1 to 256'],
  ['newPin', { minLength: 9 }, 'minLength of newPin is 9, more than its maxLength, 8'],
  ['newPin', { alphabet: 'hex' }, "alphabet of newPin is 'hex', not 'digits' or 'alphanumeric'"],
  ['newPin', { accept: () => true }, 'newPin has no option accept'],
  ['pause', {}, 'seconds of pause is missing: a number from 0 to 3600'],
  ['pause', { seconds: 30_000 }, 'seconds of pause is 30000, not a number from 0 to 3600'],
  ['receive', { length: 1 }, 'timeoutSeconds of receive is missing'],
  ['useTexts', { language: 'es' }, "language of useTexts is 'es', not 'en' or 'de' or 'fr'"],
  ['useTexts', { texts: { choise: 'x' } }, 'texts has no option choise (did you mean choice?)'],
  ['useTexts', { texts: { yes: 'y' } }, "yes of texts is 'y', not a list of words"],
])('%s refuses %j, and says why', async (name, options, message) => {
  expect(await thrownBy(name, options)).toMatchObject({
    code: 'RASSHOST_E_OPTION',
    message: expect.stringContaining(message),
  });
});

test('an option that is undefined counts as not given', async () => {
  const none = { timeoutSeconds: undefined, tries: undefined };
  const caller = asked(async (dialog) => {
    const line = { ...none, idleSeconds: undefined, maxLength: undefined, allowEmpty: undefined };
    const rules = { minLength: undefined, maxLength: undefined, validate: undefined };
    return [
      await dialog.ask('Name: ', { ...line, validate: undefined }),
      await dialog.askSecret('Passcode: ', { ...line, mask: undefined }),
      await dialog.choose('Menu', MENU, none),
      await dialog.confirm('Sure?', none),
      await dialog.newPin({ ...none, ...rules, alphabet: undefined, origin: undefined }),
    ];
  });
  caller.types('alice\r123456\r1\ry\r2580\r2580\r');
  await caller.sees('[["alice","[secret]",1,true,"[secret]"]]');
});

test.each<[string, (dialog: Dialog) => unknown]>([
  ['print', (dialog) => dialog.print(42 as never)],
  ['print', (dialog) => dialog.print(undefined as never)],
  ['ask', (dialog) => dialog.ask(undefined as never)],
  ['askSecret', (dialog) => dialog.askSecret({} as never)],
])('%s refuses a text that is none', async (_, show) => {
  const { thrown } = await asked(async (dialog) => show(dialog)).outcome();
  expect(thrown).toMatchObject({
    code: 'RASSHOST_E_OPTION',
    message: expect.stringContaining('not a text'),
  });
});
