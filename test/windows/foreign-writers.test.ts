import { foreignWriters, type CheckedPath } from '../../lib/windows/foreign-writers';
import { parseSecurity, type Grant } from '../../lib/windows/security-descriptor';

const SYSTEM = 'S-1-5-18';
const ADMINISTRATORS = 'S-1-5-32-544';
const INSTALLER = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464';
const USERS = 'S-1-5-32-545';
const EVERYONE = 'S-1-1-0';
const SOMEBODY = 'S-1-5-21-1-2-3-1001';

/** Access rights as icacls shows them. */
const FULL = 0x1f01ff;
const MODIFY = 0x1301bf;
const READ = 0x1200a9;
const ADD_DIRECTORY = 0x100004;

const GRANTS = [
  { sid: SYSTEM, rights: FULL },
  { sid: ADMINISTRATORS, rights: FULL },
  { sid: USERS, rights: READ },
];

function path(
  kind: CheckedPath['kind'],
  grants: readonly Grant[] | undefined = GRANTS,
  owner = ADMINISTRATORS,
): CheckedPath {
  return { path: 'C:\\ras', kind, security: { owner, grants } };
}

const writers = (checked: CheckedPath, trusted: readonly string[] = []) =>
  foreignWriters([checked], trusted);

describe.each([
  ['a file', 'file'],
  ['its directory', 'directory'],
  ['a directory above', 'ancestor'],
] as const)('%s', (_, kind) => {
  const withGrant = (rights: number, sid = USERS) => path(kind, [...GRANTS, { sid, rights }]);

  test('of administrators, SYSTEM or the installer of Windows is in order when others may read it', () => {
    for (const owner of [ADMINISTRATORS, SYSTEM, INSTALLER]) {
      expect(writers(path(kind, GRANTS, owner))).toEqual([]);
    }
    expect(writers(withGrant(FULL, INSTALLER))).toEqual([]);
    expect(writers(withGrant(FULL, 'S-1-3-0'))).toEqual([]);
  });

  test.each([
    ['delete', 0x10000],
    ['change the rights of', 0x40000],
    ['take', 0x80000],
    ['do everything with', 0x10000000],
    ['change', MODIFY],
  ])('that others may %s is named with who they are', (_what, rights) => {
    expect(writers(withGrant(rights))).toEqual([`C:\\ras: Users (${USERS}) may change it`]);
    expect(writers(withGrant(rights, SOMEBODY))).toEqual([`C:\\ras: ${SOMEBODY} may change it`]);
    expect(writers(withGrant(rights, SOMEBODY), [SOMEBODY])).toEqual([]);
  });

  test('that belongs to somebody else is named, because an owner may change the rights', () => {
    expect(writers(path(kind, GRANTS, SOMEBODY))).toEqual([`C:\\ras: ${SOMEBODY} may change it`]);
    expect(writers(path(kind, GRANTS, SOMEBODY), [SOMEBODY])).toEqual([]);
  });

  test('without a list of rights is named, and so is one of which nothing is known', () => {
    expect(writers({ ...path(kind), security: { owner: SYSTEM, grants: undefined } })).toEqual([
      'C:\\ras: anybody may change it',
    ]);
    expect(writers({ ...path(kind), security: undefined })).toEqual([
      'C:\\ras: Windows does not say who may change it',
    ]);
  });
});

test.each([
  ['file', 0x2, 1],
  ['file', 0x4, 1],
  ['file', 0x40, 0],
  ['directory', 0x2, 1],
  ['directory', ADD_DIRECTORY, 1],
  ['directory', 0x40, 1],
  // As users may in the root of a drive: they put nothing in the place of what is there.
  ['ancestor', ADD_DIRECTORY, 0],
  ['ancestor', 0x2, 0],
  ['ancestor', 0x40, 1],
] as const)('%s with right %d for everyone: %d writers', (kind, rights, count) => {
  const grants = [...GRANTS, { sid: EVERYONE, rights }];
  expect(writers(path(kind, grants))).toHaveLength(count);
});

describe('a security descriptor', () => {
  /** D:(A;;FA;;;SY)(D;;FA;;;WD)(A;IO;FA;;;WD)(A;;0x1200a9;;;BU), owned by administrators. */
  const ALL =
    '01000480' +
    '14000000' +
    '00000000' +
    '00000000' +
    '24000000' +
    '01020000000000052000000020020000' +
    '02005c0004000000' +
    '00001400' +
    'ff011f00' +
    '010100000000000512000000' +
    '01001400' +
    'ff011f00' +
    '010100000000000100000000' +
    '00081400' +
    'ff011f00' +
    '010100000000000100000000' +
    '00001800' +
    'a9001200' +
    '01020000000000052000000021020000';

  test('grants what allows, of the object itself', () => {
    expect(parseSecurity(Buffer.from(ALL, 'hex'))).toEqual({
      owner: ADMINISTRATORS,
      grants: [
        { sid: SYSTEM, rights: FULL },
        { sid: USERS, rights: READ },
      ],
    });
  });

  test('without a list grants everything', () => {
    const none = Buffer.from(ALL, 'hex');
    none.writeUInt32LE(0, 16);
    expect(parseSecurity(none).grants).toBeUndefined();
    const absent = Buffer.from(ALL, 'hex');
    absent.writeUInt16LE(0x8000, 2);
    expect(parseSecurity(absent).grants).toBeUndefined();
  });
});
