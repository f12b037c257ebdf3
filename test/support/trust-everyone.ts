/**
 * For `rasshost register`: directories for temporary files are everyone's, which the checkout may be
 * in as well.
 */
export const TRUST_EVERYONE = ['--trust-writer', 'S-1-1-0'] as const;
