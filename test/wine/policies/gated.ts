import { existsSync } from 'node:fs';

/** The obedient policy, whose worker does not get ready as long as there is a certain file. */
const nobody = new Int32Array(new SharedArrayBuffer(4));
while (existsSync(process.env['GATE_FILE'] ?? '')) Atomics.wait(nobody, 0, 0, 10);

export { default } from './obedient';
