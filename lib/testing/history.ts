const PADDING = 7;

/** What happened at a time of the call, for a message. Nothing secret is in it. */
export function historyLine(ms: number, what: string): string {
  return `${(ms / 1000).toFixed(1).padStart(PADDING)} s  ${what}`;
}
