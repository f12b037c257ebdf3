import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { hashPasscode } from './passcodes.ts';

const isTyped = process.stdin.isTTY;

/** Where readline's echo goes: whoever looks over your shoulder sees no passcode. */
const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: isTyped });
terminal.once('SIGINT', () => process.exit(130));

async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const answer = await terminal.question('');
  process.stderr.write('\n');
  return answer;
}

const passcode = await ask('Passcode: ');
const again = isTyped ? await ask('Passcode again: ') : passcode;
terminal.close();
if (passcode === '' || passcode !== again) {
  console.error(passcode === '' ? 'A passcode is not empty.' : 'The two are not the same.');
  process.exitCode = 1;
} else {
  console.log(await hashPasscode(passcode));
}
