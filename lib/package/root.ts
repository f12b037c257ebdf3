import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where this copy of rasshost is: as far above this file as above dist/chunks, into which it goes. */
export const PACKAGE_ROOT = resolve(__dirname, '../..');

/** Of this copy. */
export const { version: VERSION } = JSON.parse(
  readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8'),
) as { readonly version: string };
