/**
 * Lets Node.js run TypeScript files as they are, for tests of policies:
 * `node --import rasshost/typescript --test policy.test.ts`. Files are compiled as those of policies
 * are on a server, and relative imports are found as they are there, also without `.ts`.
 *
 * @module rasshost/typescript
 */
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
