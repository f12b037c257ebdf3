import { createInterface } from 'node:readline/promises';
import { hashPasscode } from './policy.ts';

const terminal = createInterface({ input: process.stdin, output: process.stderr });
console.log(await hashPasscode(await terminal.question('Passcode: ')));
terminal.close();
