import type { Sight } from './sights';

/** A sight that differs: it was replaced by another one, or it is new, or it is gone. */
export interface SightDifference {
  /** The number of the expected event where it is, or before which it comes. */
  readonly at: number;
  readonly expected?: Sight;
  readonly got?: Sight;
}

/** What is different in `got`, with as much as possible taken to be the same. */
export function differences(expected: readonly Sight[], got: readonly Sight[]): SightDifference[] {
  const found: SightDifference[] = [];
  const end = expected.at(-1)?.at ?? 0;
  let gone: Sight[] = [];
  let come: Sight[] = [];
  const endOfRun = (): void => {
    found.push(...paired(gone, come, expected[i]?.at ?? end));
    gone = [];
    come = [];
  };
  const common = commonLengths(expected, got);
  const lengthAt = (i: number, j: number): number => common[i]?.[j] ?? 0;
  let i = 0;
  let j = 0;
  for (;;) {
    const before = expected[i];
    const now = got[j];
    if (before && now && same(before, now)) {
      endOfRun();
      i++;
      j++;
    } else if (before && (!now || lengthAt(i + 1, j) >= lengthAt(i, j + 1))) {
      gone.push(before);
      i++;
    } else if (now) {
      come.push(now);
      j++;
    } else {
      endOfRun();
      return found;
    }
  }
}

/** For each pair of ends of the two, the length of their longest common subsequence. */
function commonLengths(a: readonly Sight[], b: readonly Sight[]): number[][] {
  const lengths = Array.from({ length: a.length + 1 }, () =>
    new Array<number>(b.length + 1).fill(0),
  );
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const [here, below] = [lengths[i] ?? [], lengths[i + 1] ?? []];
      const [x, y] = [a[i], b[j]];
      here[j] =
        x && y && same(x, y) ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, here[j + 1] ?? 0);
    }
  }
  return lengths;
}

function same(a: Sight, b: Sight): boolean {
  return a.kind === b.kind && a.value === b.value;
}

/**
 * Pairs the sights between two that are the same: each old one with the next new one of its kind.
 * `next` is the number of the expected event that follows.
 */
function paired(gone: readonly Sight[], come: readonly Sight[], next: number): SightDifference[] {
  const found: SightDifference[] = [];
  const left = [...come];
  for (const expected of gone) {
    const { at } = expected;
    const partner = left.findIndex(({ kind }) => kind === expected.kind);
    if (partner < 0) {
      found.push({ at, expected });
      continue;
    }
    for (const got of left.splice(0, partner)) found.push({ at, got });
    for (const got of left.splice(0, 1)) found.push({ at, expected, got });
  }
  for (const got of left) found.push({ at: next, got });
  return found;
}
