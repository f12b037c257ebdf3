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
    expect(() => wiped.read()).toThrow(expect.objectContaining({ code: 'RASSHOST_E_OVER' }));
    expect(() => wiped.equals('\0\0\0\0\0\0')).toThrow(/wiped/);
  });

  test('hands out its own memory once, and is of no use afterwards', () => {
    const once = secret('123456');
    expect(once.digest('sha256').toString('hex')).toMatch(/^8d969eef6ecad3c29a3a629280e686cf/);
    const bytes = once.read();
    expect(bytes.toString()).toBe('123456');
    for (const use of [() => once.read(), () => once.equals('123456'), () => once.digest('md5')]) {
      expect(use).toThrow(/has been read/);
    }
    once.wipe();
    expect([...bytes]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
