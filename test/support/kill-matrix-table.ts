import type { Cell } from './kill-matrix-cell';
import { FAULTS, MOMENTS } from './kill-matrix-order';

/**
 * Cells in which two things happen at the same time, so that either may be first; both are right.
 * A killed worker's last frame counts if it is read before the death is seen.
 */
const RACES: ReadonlyMap<string, readonly string[]> = new Map([
  ['worker killed, verdict sent', ['SUCCESS', 'ERROR 1067']],
]);

/** The cells as rows of Markdown, a fault each: the same text from every run. */
export function killMatrixTable(cells: readonly Cell[]): string {
  return tableOf(cells, textOf);
}

/** How long the cells took this time, in ms. */
export function killMatrixTimes(cells: readonly Cell[]): string {
  return tableOf(cells, ({ ms }) => String(ms));
}

function tableOf(cells: readonly Cell[], text: (cell: Cell) => string): string {
  const rows = FAULTS.map((fault) => [
    fault,
    ...MOMENTS.map((moment) => {
      const cell = cells.find((each) => each.fault === fault && each.moment === moment);
      return cell ? text(cell) : 'not run';
    }),
  ]);
  return markdownTable(['', ...MOMENTS], rows);
}

function textOf(cell: Cell): string {
  const races = RACES.get(`${cell.fault}, ${cell.moment}`) ?? [];
  const verdict = verdictOf(cell);
  const text = races.includes(verdict) ? races.join(' or ') : verdict;
  const marks = [
    ...(cell.mate?.outcome === 'error' ? [` †${cell.mate.dwError ?? ''}`] : []),
    ...(cell.missed ? [' ‡'] : []),
  ];
  return `${text}, ${cell.endedBy}${marks.join('')}`;
}

function verdictOf({ outcome, dwError }: Cell): string {
  if (outcome === 'error') return `ERROR ${dwError ?? ''}`;
  return outcome === 'ended' ? outcome : outcome.toUpperCase();
}

/** With its columns aligned, as prettier wants it. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(3, name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`;
  return [line(head), rule, ...rows.map(line)].join('');
}
