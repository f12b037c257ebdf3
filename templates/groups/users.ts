/** What callers of a group go through. */
export type Rule =
  /** They type a passcode. */
  | 'passcode'
  /** They type no passcode: Windows asks for their password afterwards, as it does for everybody. */
  | 'password'
  /** They are refused. */
  | 'refused';

export interface Group {
  readonly rule: Rule;
  /** The names of Windows accounts, in small letters. */
  readonly members: readonly string[];
}

/** Who may dial in, and how. */
export interface Users {
  /** The first group that a caller is a member of counts; whoever is in none of them is refused. */
  readonly groups: readonly Group[];
  /** By user name: the passcode, as `npm run hash-passcode` writes it. */
  readonly passcodes: ReadonlyMap<string, string>;
}

/** Replace these users by your own. */
export const USERS: Users = {
  groups: [
    { rule: 'refused', members: ['guest'] },
    { rule: 'password', members: ['backup'] },
    { rule: 'passcode', members: ['alice', 'bob'] },
  ],
  passcodes: new Map([['alice', 'HASH_OF_THE_PASSCODE']]),
};

/** The rule for a caller. Windows takes no notice of case in names. */
export function ruleFor({ groups }: Users, userName: string): Rule {
  const name = userName.toLowerCase();
  return groups.find(({ members }) => members.includes(name))?.rule ?? 'refused';
}
