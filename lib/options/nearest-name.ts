/** How much of two names must agree for one to be meant by the other. */
const LEAST_LIKENESS = 0.5;

/** The known name that is most like a wrong one; undefined when none is like it. */
export function nearestName(wrong: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let most = LEAST_LIKENESS;
  for (const name of known) {
    const likeness = likenessOf(wrong.toLowerCase(), name.toLowerCase());
    if (likeness > most) [nearest, most] = [name, likeness];
  }
  return nearest;
}

/** From 0 to 1. Whoever writes `timeout` means `timeoutSeconds`, though half of it is missing. */
function likenessOf(wrong: string, name: string): number {
  const likeness = 1 - distance(wrong, name) / Math.max(wrong.length, name.length);
  return name.startsWith(wrong) ? (1 + likeness) / 2 : likeness;
}

/** Levenshtein's: how many characters have to be added, left out or replaced. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [line, character] of a.split('').entries()) {
    const next = [line + 1];
    for (const [column, above] of row.slice(1).entries()) {
      const diagonal = row[column] ?? 0;
      const left = next[column] ?? 0;
      next.push(Math.min(above + 1, left + 1, diagonal + Number(character !== b[column])));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
