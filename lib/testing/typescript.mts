/**
 * Lets Node.js run TypeScript files as they are, for tests of policies:
 * `node --import rasshost/typescript --test policy.test.ts`.
 *
 * @module rasshost/typescript
 */
import 'jiti/register';
