import process from 'node:process';
import { readyFrame, write } from './raw-channel';

/** Says while it loads that its worker is ready, as one of another build or protocol would. */
write(readyFrame(Number(process.env['PROTOCOL']), process.env['BUILD'] ?? ''));
// Until rasshost.dll ends the worker: it must not say anything else.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);

export { default } from './obedient';
