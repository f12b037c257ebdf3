import type { Security } from './security-descriptor';

/** What a file decides, and where it is. */
export interface CheckedPath {
  readonly path: string;
  /** A file, the directory that it is in, or one in which that is, however far above. */
  readonly kind: 'file' | 'directory' | 'ancestor';
  /** Undefined: the system does not say. */
  readonly security: Security | undefined;
}

/** By whom everything on a Windows machine can be changed anyway. */
export const TRUSTED_WRITERS: readonly string[] = [
  // SYSTEM, Administrators, TrustedInstaller.
  'S-1-5-18',
  'S-1-5-32-544',
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
  // The owner, by two names: who that is is looked at, too.
  'S-1-3-0',
  'S-1-3-4',
];

/** Names of those who are found most often where they should not be. */
const NAMES: Readonly<Record<string, string>> = {
  'S-1-1-0': 'Everyone',
  'S-1-5-11': 'Authenticated Users',
  'S-1-5-19': 'LocalService',
  'S-1-5-20': 'NetworkService',
  'S-1-5-32-545': 'Users',
};

const DELETE = 0x10000;
const WRITE_DAC = 0x40000;
const WRITE_OWNER = 0x80000;
const GENERIC_WRITE = 0x40000000;
const GENERIC_ALL = 0x10000000;
/** Writing and appending; of a directory, making files and directories in it. */
const ADD = 0x2 | 0x4;
const DELETE_CHILD = 0x40;

/** What lets somebody put other contents in the place of a file. */
const REPLACING = DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_ALL;
const RIGHTS = {
  file: REPLACING | ADD | GENERIC_WRITE,
  // Node.js looks beside a file for what that imports, and Windows for libraries.
  directory: REPLACING | ADD | DELETE_CHILD | GENERIC_WRITE,
  ancestor: REPLACING | DELETE_CHILD,
};

/**
 * Names each path that somebody may change, or exchange for another, who is not trusted, in a line.
 * Facts in, lines out, so that whoever gathers them may do it in his own way.
 */
export function foreignWriters(
  paths: readonly CheckedPath[],
  trusted: readonly string[],
): readonly string[] {
  const all = new Set([...TRUSTED_WRITERS, ...trusted]);
  return paths.flatMap(({ path, kind, security }) => {
    if (security === undefined) return [`${path}: Windows does not say who may change it`];
    if (security.grants === undefined) return [`${path}: anybody may change it`];
    const writers = security.grants
      .filter(({ rights }) => (rights & RIGHTS[kind]) !== 0)
      .map(({ sid }) => sid);
    const foreign = new Set([security.owner, ...writers].filter((sid) => !all.has(sid)));
    return [...foreign].map((sid) => `${path}: ${nameOf(sid)} may change it`);
  });
}

function nameOf(sid: string): string {
  const name = NAMES[sid];
  return name === undefined ? sid : `${name} (${sid})`;
}
