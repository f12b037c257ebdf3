import { existsSync } from 'node:fs';

/** The obedient policy, unless a file says that its worker shall die while it loads. */
if (existsSync(process.env['DEATH_FILE'] ?? '')) process.exit(3);

export { default } from './obedient';
