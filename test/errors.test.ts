import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as library from 'rasshost';
import { CallerHungUp, DialogTimeout, RASSHOST_ERRORS, RasshostError } from 'rasshost';
import { RasError } from 'rasshost/rasman';

const rasshost = { ...library, RasError };

describe('RasshostError', () => {
  test('carries its code, says it, and keeps its cause', () => {
    const cause = new Error('why');
    const error = new RasshostError('RASSHOST_E_OPTION', 'port is 0', { cause });
    expect(error).toMatchObject({
      name: 'RasshostError',
      code: 'RASSHOST_E_OPTION',
      message: 'RASSHOST_E_OPTION: port is 0',
      cause,
    });
  });

  test.each<[string, string, unknown]>([
    ['CallerHungUp', 'RASSHOST_E_HUNG_UP', new CallerHungUp('gone')],
    ['DialogTimeout', 'RASSHOST_E_TIMEOUT', new DialogTimeout('late')],
  ])('has the subclass %s with code %s', (name, code, error) => {
    expect(error).toBeInstanceOf(RasshostError);
    expect(error).toMatchObject({ name, code });
  });

  const NO_ANSWERS = [
    'DialogTimeout',
    'CallerCancelled',
    'CallerStartedPpp',
    'TooManyTries',
  ] as const;

  test.each(NO_ANSWERS)('has %s for a caller who gave no answer', (name) => {
    const error = new rasshost[name]('none');
    expect(error).toBeInstanceOf(rasshost.NoAnswer);
    expect(rasshost.isNoAnswer(error)).toBe(true);
    expect(error.name).toBe(name);
  });

  test('is told by its class when another copy of the package has made it', () => {
    let other!: typeof rasshost;
    jest.isolateModules(() => {
      other = {
        ...jest.requireActual<typeof library>('rasshost'),
        ...jest.requireActual<typeof import('rasshost/rasman')>('rasshost/rasman'),
      };
    });
    expect(other.RasshostError).not.toBe(RasshostError);
    const errors = [
      new other.RasshostError('RASSHOST_E_OPTION', 'bad'),
      new other.CallerHungUp('gone'),
      ...NO_ANSWERS.map((name) => new other[name]('none')),
      new other.RasError(619, 'RasSecurityDialogSend'),
    ];
    const classes = [
      'RasshostError',
      'CallerHungUp',
      'NoAnswer',
      ...NO_ANSWERS,
      'RasError',
    ] as const;
    for (const error of errors) {
      const known = (copy: typeof rasshost) =>
        classes.filter((name) => (error as unknown) instanceof copy[name]);
      expect([error.name, known(rasshost)]).toEqual([error.name, known(other)]);
      expect(known(rasshost)).toContain(error.name);
    }
  });

  test('is not told by the class of a policy that extends one', () => {
    class TokenLocked extends rasshost.TooManyTries {}
    expect(new TokenLocked('x')).toBeInstanceOf(rasshost.NoAnswer);
    expect(new TokenLocked('x')).toBeInstanceOf(TokenLocked);
    expect(new rasshost.TooManyTries('x')).not.toBeInstanceOf(TokenLocked);
    for (const other of [null, undefined, 'x', {}, new Error('x')]) {
      expect(other instanceof RasshostError).toBe(false);
      expect(rasshost.isNoAnswer(other)).toBe(false);
    }
  });

  test('has every code and its meaning in docs/errors.md, and no other', () => {
    const page = readFileSync(path.join(__dirname, '../docs/errors.md'), 'utf8');
    const rows = page.matchAll(/^\| `(RASSHOST_E_\w+)` *\| (.*?) *\|/gm);
    expect([...rows].map(([, code, meaning]) => [code, meaning])).toEqual(
      Object.entries(RASSHOST_ERRORS),
    );
  });
});
