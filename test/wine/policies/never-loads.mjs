// A policy whose loading waits for something that never comes.
import { setInterval } from 'node:timers';

await new Promise(() => setInterval(() => {}, 1000));
