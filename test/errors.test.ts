import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CallerHungUp, DialogTimeout, RASSHOST_ERRORS, RasshostError } from 'rasshost';

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

  test('has every code and its meaning in docs/errors.md, and no other', () => {
    const page = readFileSync(path.join(__dirname, '../docs/errors.md'), 'utf8');
    const rows = page.matchAll(/^\| `(RASSHOST_E_\w+)` *\| (.*?) *\|/gm);
    expect([...rows].map(([, code, meaning]) => [code, meaning])).toEqual(
      Object.entries(RASSHOST_ERRORS),
    );
  });
});
