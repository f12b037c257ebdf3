/**
 * `npm run soak` repeats as often as the figures in docs/ say. `npm test` repeats the same a few
 * times: enough to see that the test itself works, and what goes wrong every time.
 */
export function soakSize(size: { readonly inTest: number; readonly inSoak: number }): number {
  return process.env['RASSHOST_SOAK'] === 'full' ? size.inSoak : size.inTest;
}
