import type { DialogCase } from './cases';

/** Whether the server was told what it had to be. */
export function expectOutcome(
  { outcome: expected }: DialogCase,
  told: { readonly outcome?: unknown; readonly dwError?: unknown },
): void {
  if (expected !== 'hung up') {
    expect(told).toMatchObject(expected);
  } else if (told.outcome !== 'ended') {
    // The server may hear of the lost line from us before it has cleaned up by itself.
    expect(told).toMatchObject({ outcome: 'error', dwError: 619 });
  }
}
