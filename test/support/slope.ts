/**
 * By how much a figure grows from one look to the next: the median of what every two looks say
 * (Theil-Sen). What leaks grows from each look to the next; what has grown once, like a heap by a
 * new segment, or is not the same at any two looks, does not come into it.
 */
export function slope(figures: readonly number[]): number {
  const slopes = figures.flatMap((later, at) =>
    figures.slice(0, at).map((earlier, before) => (later - earlier) / (at - before)),
  );
  return slopes.sort((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? NaN;
}
