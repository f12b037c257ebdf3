import fc from 'fast-check';
import { RasshostError } from 'rasshost';
import { TapeSecretsFile } from '../../lib/replay/tape-secrets';

const placeholder = fc.stringMatching(/^(secret|pin|bytes)-[1-9]\d{0,2}$/);
const secrets = fc.dictionary(placeholder, fc.string({ unit: 'binary' }));
const tapeName = fc
  .oneof(fc.constantFrom('__proto__', 'a.tape'), fc.string())
  .filter((name) => !/^(secret|pin|bytes)-[1-9]\d*$/.test(name));

describe('TapeSecretsFile', () => {
  test('gives a tape its own secrets before those for all', () => {
    fc.assert(
      fc.property(secrets, tapeName, secrets, (forAll, name, own) => {
        const entries = [...Object.entries(forAll), [name, own] as const];
        const text = JSON.stringify(Object.fromEntries(entries));
        const file = new TapeSecretsFile(text, 'secrets.json');
        expect(Object.fromEntries(file.secretsFor(name))).toEqual({ ...forAll, ...own });
        expect(Object.fromEntries(file.secretsFor(`${name}.other`))).toEqual({ ...forAll });
      }),
    );
  });

  test('refuses anything else by its code, without a word of what is in it', () => {
    const marked = fc.constant('hunter2');
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        marked,
        fc.jsonValue(),
        fc.array(tie('any')),
        fc.dictionary(fc.oneof(placeholder, tapeName), tie('any')),
      ),
    })).any;
    const text = fc.oneof(
      value.map((json) => JSON.stringify(json)),
      value.map((json) => JSON.stringify(json).slice(0, -1)),
      fc.string().map((noise) => `${noise}hunter2`),
    );
    fc.assert(
      fc.property(text, (json) => {
        try {
          new TapeSecretsFile(json, 'secrets.json');
        } catch (error) {
          expect(error).toBeInstanceOf(RasshostError);
          expect(error).toMatchObject({ code: 'RASSHOST_E_TAPE_SECRET' });
          expect((error as Error).message).not.toContain('hunter2');
        }
      }),
    );
  });
});
