import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { describe } from '../dialog/describe';
import type { Voice } from './voice/voice';

/**
 * Runs what loads policies into this process and calls them. What they write to the console is then
 * a line of the log, and neither part of a dialog nor of what a program reads. As in the worker, a
 * promise of theirs that fails and that nobody awaits ends nobody's call.
 */
export async function withPolicyHere<T>(voice: Voice, use: () => Promise<T>): Promise<T> {
  const { console: before } = globalThis;
  const onForgottenPromise = (reason: unknown): void =>
    voice.warning(`a promise that nobody awaits has failed: ${describe(reason)}`);
  globalThis.console = new Console(logStream(voice));
  process.on('unhandledRejection', onForgottenPromise);
  try {
    return await use();
  } finally {
    process.off('unhandledRejection', onForgottenPromise);
    globalThis.console = before;
  }
}

function logStream(voice: Voice): Writable {
  return new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      voice.log(text.replace(/\n$/, ''));
      done();
    },
  });
}
