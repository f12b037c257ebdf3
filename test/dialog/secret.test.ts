import { createHash } from 'node:crypto';
import { format, inspect } from 'node:util';
import { Secret } from 'rasshost';

const secret = (text: string) => new Secret(Buffer.from(text));

describe('Secret', () => {
  test('equals the same text and the same bytes, and nothing else', () => {
    expect(secret('123456').equals('123456')).toBe(true);
    expect(secret('123456').equals(Buffer.from('123456'))).toBe(true);
    for (const other of ['123457', '12345', '1234567', ' 123456', '']) {
      expect(secret('123456').equals(other)).toBe(false);
    }
  });

  test('equals nothing when empty, not even an empty password (SD-21)', () => {
    expect(secret('').equals('')).toBe(false);
  });

  test('shows as [secret] wherever text is made of it', () => {
    const hidden = secret('123456');
    const texts = [
      String(hidden),
      ''.concat(hidden as unknown as string),
      JSON.stringify({ hidden }),
      inspect({ hidden }, { showHidden: true, depth: 9 }),
      format('%s %o %j', hidden, hidden, hidden),
    ];
    for (const text of texts) {
      expect(text).toContain('[secret]');
      expect(text).not.toContain('123456');
      expect(text).not.toContain('31 32 33');
    }
  });

  test('overwrites its bytes when wiped, and is of no use afterwards (SD-32)', () => {
    const bytes = Buffer.from('123456');
    const wiped = new Secret(bytes);
    wiped.wipe();
    expect([...bytes]).toEqual([0, 0, 0, 0, 0, 0]);
    for (const use of [
      () => wiped.text(),
      () => wiped.use(() => undefined),
      () => wiped.digest('sha256'),
      () => wiped.equals('\0\0\0\0\0\0'),
    ]) {
      expect(use).toThrow(expect.objectContaining({ code: 'RASSHOST_E_OVER' }));
      expect(use).toThrow('it can be used until its dialog is over');
    }
  });

  test('lends its bytes as often as asked, and wipes what it has lent (SD-32)', () => {
    const lender = secret('123456');
    const lent: Buffer[] = [];
    const length = lender.use((bytes) => {
      lent.push(bytes);
      expect(bytes.toString()).toBe('123456');
      return bytes.length;
    });
    expect(length).toBe(6);
    const refuse = (bytes: Buffer) => {
      lent.push(bytes);
      throw new Error('no server');
    };
    expect(() => lender.use(refuse)).toThrow('no server');
    expect(lent.map((bytes) => [...bytes])).toEqual([Array(6).fill(0), Array(6).fill(0)]);
    expect(lender.equals('123456')).toBe(true);
    expect(lender.text()).toBe('123456');
  });

  test.each(['resolves', 'rejects'] as const)(
    'wipes what it has lent when the promise %s, and not before',
    async (how) => {
      let settle!: (how: 'resolves' | 'rejects') => void;
      let lent!: Buffer;
      const lender = secret('123456');
      const result = lender.use((bytes) => {
        lent = bytes;
        return new Promise<number>((resolve, reject) => {
          settle = (end) => (end === 'resolves' ? resolve(42) : reject(new Error('no server')));
        });
      });
      lender.wipe();
      expect(lent.toString()).toBe('123456');
      settle(how);
      await (how === 'resolves'
        ? expect(result).resolves.toBe(42)
        : expect(result).rejects.toThrow('no server'));
      expect([...lent]).toEqual([0, 0, 0, 0, 0, 0]);
    },
  );

  test.each<[string, (bytes: Buffer) => unknown]>([
    ['the bytes that it lent', (bytes) => bytes],
    ['a part of them', (bytes) => bytes.subarray(1, 3)],
    ['their memory', (bytes) => bytes.buffer],
    ['a promise of them', async (bytes) => bytes],
    ['a promise of a part of them', async (bytes) => bytes.subarray(0, 2)],
  ])('does not return %s, which are zeros by then', async (_, action) => {
    let lent!: Buffer;
    const use = async () =>
      secret('123456').use((bytes) => {
        lent = bytes;
        return action(bytes);
      });
    await expect(use()).rejects.toMatchObject({
      code: 'RASSHOST_E_OPTION',
      message: expect.stringContaining('return what you make of them'),
    });
    expect([...lent]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('returns a copy of what it lent, for whoever asks for one', () => {
    expect(secret('123456').use((bytes) => Uint8Array.from(bytes))).toEqual(
      Uint8Array.from(Buffer.from('123456')),
    );
  });

  test('is told from other things, and compared, also when another copy of the package has made it', () => {
    let another!: typeof import('rasshost');
    jest.isolateModules(() => {
      another = jest.requireActual('../../lib/index');
    });
    expect(another.Secret).not.toBe(Secret);
    const foreign = new another.Secret(Buffer.from('123456'));
    expect(foreign).toBeInstanceOf(Secret);
    expect(secret('123456').equals(foreign)).toBe(true);
    expect(secret('654321').equals(foreign)).toBe(false);
    expect({ use: () => undefined }).not.toBeInstanceOf(Secret);
  });

  test('is the same as the same text elsewhere, in whatever characters', () => {
    const green = secret('grün €');
    expect(green.equals('grün €')).toBe(true);
    expect(green.equals('grün €'.normalize('NFD'))).toBe(true);
    expect(green.equals(Buffer.from('grün €'))).toBe(true);
    expect(green.length).toBe(6);
    expect(green.isMadeOf('grün €')).toBe(false);
    const digest = createHash('sha256').update('grün €').digest('hex');
    expect(green.digest('sha256').toString('hex')).toBe(digest);
  });
});
